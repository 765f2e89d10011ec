#include "config/kubeconfig_exec.hpp"

#include <nlohmann/json.hpp>

#include "auth/pem.hpp"
#include "base/base64.hpp"
#include "http/url.hpp"
#include "json/dump.hpp"

namespace kplane::config {

namespace {

std::string read_version(const yaml::Field& exec) {
  std::string version = exec["apiVersion"].required_text();
  if (version != "client.authentication.k8s.io/v1" && version != "client.authentication.k8s.io/v1beta1") {
    exec["apiVersion"].fail("is neither client.authentication.k8s.io/v1 nor client.authentication.k8s.io/v1beta1");
  }
  return version;
}

/// A command with a slash is a path, relative to the kubeconfig; otherwise it is searched in PATH.
std::string read_command(const yaml::Field& exec) {
  const std::string command = exec["command"].required_text();
  return command.find('/') == std::string::npos ? command : exec["command"].path_text();
}

std::vector<std::string> read_environment(const yaml::Field& exec) {
  std::vector<std::string> variables;
  for (const yaml::Field& variable : exec["env"].elements()) {
    const std::string name = variable["name"].required_text();
    if (name.find('=') != std::string::npos) variable["name"].fail("must not contain '='");
    variables.push_back(name + '=' + variable["value"].text());
  }
  return variables;
}

/// Plugins run without a terminal here, so they cannot prompt.
void check_interaction(const yaml::Field& exec) {
  const yaml::Field mode = exec["interactiveMode"];
  const std::string wanted = mode.text();
  if (wanted == "Always") mode.fail("is Always, but plugins run without a terminal");
  if (!wanted.empty() && wanted != "Never" && wanted != "IfAvailable") {
    mode.fail("must be Never, IfAvailable or Always");
  }
}

std::string authority_of(const ClientConfig& config) {
  if (!config.options.ca_pem.empty()) return auth::certificates_of(config.options.ca_pem, "certificate-authority-data");
  if (config.options.ca_file.empty()) return {};
  const std::string name = "certificate-authority " + config.options.ca_file;
  return auth::certificates_of(auth::read_certificate_file(config.options.ca_file, name), name);
}

/// A proxy password in the kubeconfig itself may be passed on to its plugin; one from the program's options may not.
std::string proxy_of(const yaml::Field& cluster, const ClientConfig& config) {
  if (cluster["proxy-url"].is_present()) return config.options.proxy;
  return http::without_secrets(config.options.proxy);
}

nlohmann::json cluster_info(const yaml::Field& cluster, const ClientConfig& config) {
  nlohmann::json info{{"server", config.base_url}};
  const std::string authority = authority_of(config);
  if (!authority.empty()) info["certificate-authority-data"] = detail::encode_base64(authority);
  if (!config.options.tls_server_name.empty()) info["tls-server-name"] = config.options.tls_server_name;
  if (!config.options.verify_tls) info["insecure-skip-tls-verify"] = true;
  if (!config.options.proxy.empty()) info["proxy-url"] = proxy_of(cluster, config);
  if (!config.options.compression) info["disable-compression"] = true;
  for (const yaml::Field& extension : cluster["extensions"].elements()) {
    if (extension["name"].text() != "client.authentication.k8s.io/exec") continue;
    const yaml::Field content = extension["extension"];
    info["config"] = content.is_present() ? nlohmann::json::parse(yaml::to_json(content.node())) : nlohmann::json();
  }
  return info;
}

}  // namespace

auth::ExecPlugin read_exec_plugin(const yaml::Field& exec, const yaml::Field& cluster, const ClientConfig& config,
                                  std::chrono::milliseconds timeout) {
  auth::ExecPlugin plugin;
  plugin.origin = exec.origin();
  plugin.api_version = read_version(exec);
  plugin.arguments.push_back(read_command(exec));
  for (const yaml::Field& argument : exec["args"].elements()) plugin.arguments.push_back(argument.text());
  plugin.environment = read_environment(exec);
  check_interaction(exec);
  plugin.install_hint = exec["installHint"].text();
  nlohmann::json info{
      {"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
  if (exec["provideClusterInfo"].flag()) info["spec"]["cluster"] = cluster_info(cluster, config);
  plugin.exec_info = kplane::json::dump(info);
  plugin.timeout = timeout;
  return plugin;
}

}  // namespace kplane::config
