// Every external value is quoted: YAML would read a token of digits as a number.
#include "config/kubeconfig_text.hpp"

#include <yaml-cpp/yaml.h>

#include "base/base64.hpp"

namespace kplane::config {

namespace {

void add_text(YAML::Emitter& out, const std::string& key, const std::string& value) {
  if (!value.empty()) out << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
}

void add_data(YAML::Emitter& out, const std::string& key, const std::string& bytes) {
  add_text(out, key, detail::encode_base64(bytes));
}

void add_texts(YAML::Emitter& out, const std::string& key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginSeq;
  for (const std::string& value : values) out << YAML::DoubleQuoted << value;
  out << YAML::EndSeq;
}

void add_cluster(YAML::Emitter& out, const KubeconfigContent& content) {
  out << YAML::BeginMap;
  add_text(out, "server", content.server);
  if (content.verify_tls) {
    add_data(out, "certificate-authority-data", content.ca_pem);
  } else {
    out << YAML::Key << "insecure-skip-tls-verify" << YAML::Value << true;
  }
  add_text(out, "tls-server-name", content.tls_server_name);
  add_text(out, "proxy-url", content.proxy_url);
  out << YAML::EndMap;
}

void add_context(YAML::Emitter& out, const KubeconfigContent& content) {
  out << YAML::BeginMap;
  add_text(out, "cluster", content.name);
  add_text(out, "user", content.name);
  add_text(out, "namespace", content.ns);
  out << YAML::EndMap;
}

void add_user(YAML::Emitter& out, const KubeconfigContent& content) {
  out << YAML::BeginMap;
  add_text(out, "token", content.token);
  add_text(out, "username", content.username);
  add_text(out, "password", content.password);
  add_data(out, "client-certificate-data", content.certificate_pem);
  add_data(out, "client-key-data", content.key_pem);
  add_text(out, "as", content.as);
  add_text(out, "as-uid", content.as_uid);
  add_texts(out, "as-groups", content.as_groups);
  out << YAML::EndMap;
}

/// A list of one named part: `clusters: [{name: …, cluster: …}]`.
void add_named(YAML::Emitter& out, const std::string& list, const std::string& part,
               void (*add_part)(YAML::Emitter&, const KubeconfigContent&), const KubeconfigContent& content) {
  out << YAML::Key << list << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
  add_text(out, "name", content.name);
  out << YAML::Key << part << YAML::Value;
  add_part(out, content);
  out << YAML::EndMap << YAML::EndSeq;
}

}  // namespace

std::string kubeconfig_text(const KubeconfigContent& content) {
  YAML::Emitter out;
  out.SetOutputCharset(YAML::EscapeNonAscii);  // otherwise it writes characters that YAML does not allow, such as DEL
  out << YAML::BeginMap;
  out << YAML::Key << "apiVersion" << YAML::Value << "v1";
  out << YAML::Key << "kind" << YAML::Value << "Config";
  add_named(out, "clusters", "cluster", add_cluster, content);
  add_named(out, "contexts", "context", add_context, content);
  add_text(out, "current-context", content.name);
  add_named(out, "users", "user", add_user, content);
  out << YAML::EndMap << YAML::Newline;
  return {out.c_str(), out.size()};
}

}  // namespace kplane::config
