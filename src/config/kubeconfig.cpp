// Merging, mutually exclusive fields and relative paths follow kubectl's rules.
#include "config/kubeconfig.hpp"

#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "auth/cached_exec_credentials.hpp"
#include "auth/credentials.hpp"
#include "auth/pem.hpp"
#include "base/base64.hpp"
#include "base/excerpt.hpp"
#include "base/file.hpp"
#include "codec/object_header.hpp"
#include "config/kubeconfig_exec.hpp"
#include "http/url.hpp"

namespace kplane::config {

namespace {

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t most_shown = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), most_shown); ++i)
    list.append(list.empty() ? "" : ", ").append(detail::excerpt(names[i]));
  if (names.size() > most_shown) list.append(" and ").append(std::to_string(names.size() - most_shown)).append(" more");
  return list;
}

/// An entry of `clusters`, `users` or `contexts` of one file; without a name it cannot be referenced.
struct Entry {
  std::string name;
  yaml::Field field;
};

std::vector<Entry> entries_of(const KubeconfigFile& file, const std::string& list) {
  std::vector<Entry> entries;
  std::unordered_set<std::string> seen;
  for (const yaml::Field& element : file.field()[list].elements()) {
    std::string name = element["name"].text();
    if (!seen.insert(name).second) element.fail("has a name that appears twice in this list");
    const std::string path = name.empty() ? element.path() : list + '[' + detail::excerpt(name) + ']';
    entries.push_back({std::move(name), element.named(path)});
  }
  return entries;
}

/// In the first file that has it. @param kind the member that holds the entry's content: `cluster`
std::optional<yaml::Field> find_entry(const KubeconfigFiles& files, const std::string& list, const std::string& kind,
                                      const std::string& name) {
  for (const KubeconfigFile& file : files.files) {
    for (const Entry& entry : entries_of(file, list)) {
      if (entry.name == name) return entry.field[kind];
    }
  }
  return std::nullopt;
}

std::vector<std::string> context_names(const KubeconfigFiles& files) {
  std::vector<std::string> names;
  for (const KubeconfigFile& file : files.files) {
    for (Entry& entry : entries_of(file, "contexts")) {
      if (!entry.name.empty()) names.push_back(std::move(entry.name));
    }
  }
  return names;
}

void check_type(const KubeconfigFile& file) {
  const yaml::Field root = file.field();
  if (!root.is_present()) return;
  const yaml::Field kind = root["kind"];
  if (kind.is_present() && kind.text() != "Config") kind.fail("is not Config: this is not a kubeconfig");
  const yaml::Field version = root["apiVersion"];
  if (version.is_present() && version.text() != "v1") version.fail("is not v1");
}

std::string current_context(const KubeconfigFiles& files) {
  for (const KubeconfigFile& file : files.files) {
    std::string name = file.field()["current-context"].text();
    if (!name.empty()) return name;
  }
  return {};
}

std::string chosen_context(const KubeconfigFiles& files, const KubeconfigOptions& wanted) {
  std::string name = wanted.context.empty() ? current_context(files) : wanted.context;
  if (!name.empty()) return name;
  const std::vector<std::string> names = context_names(files);
  throw ConfigError("kubeconfig " + files.shown + ": current-context is not set" +
                    (names.empty() ? ", and there are no contexts" : "; its contexts: " + joined(names)));
}

yaml::Field find_context(const KubeconfigFiles& files, const KubeconfigOptions& wanted) {
  const std::string name = chosen_context(files, wanted);
  if (const auto found = find_entry(files, "contexts", "context", name)) return *found;
  const std::vector<std::string> names = context_names(files);
  throw ConfigError("kubeconfig " + files.shown + " has no context '" + detail::excerpt(name) + "'" +
                    (names.empty() ? "" : "; its contexts: " + joined(names)));
}

/// The cluster or user that a context names.
yaml::Field follow(const KubeconfigFiles& files, const yaml::Field& reference, const std::string& list,
                   const std::string& kind) {
  const std::string name = reference.required_text();
  if (const auto found = find_entry(files, list, kind, name)) return *found;
  reference.fail("names '" + detail::excerpt(name) + "', which is not in the list of " + list);
}

/// A field that is given as a file or, with the suffix `-data`, as Base64.
auth::Given given(const yaml::Field& parent, const std::string& name) {
  const yaml::Field file = parent[name];
  const yaml::Field data = parent[name + "-data"];
  const bool has_file = !file.text().empty();
  if (data.text().empty()) return {{}, file.path_text(), has_file ? file.origin() : std::string()};
  if (has_file) data.fail("and " + name + " are both set; set only one");
  std::optional<std::string> decoded = detail::decode_base64(data.text());
  if (!decoded) data.fail("is not Base64");
  if (decoded->empty()) data.fail("is empty");
  return {std::move(*decoded), {}, data.origin()};
}

void set_authority(const yaml::Field& cluster, ClientOptions& options) {
  auth::Given authority = given(cluster, "certificate-authority");
  if (cluster["insecure-skip-tls-verify"].flag()) {
    if (!authority.is_empty()) {
      cluster["insecure-skip-tls-verify"].fail("is true, but certificate-authority is set too; set only one");
    }
    options.verify_tls = false;
  }
  if (authority.is_empty()) return;
  if (authority.file.empty()) {
    auth::check_certificates(authority.text, authority.origin);
  } else {
    const std::string name = authority.origin + ' ' + authority.file;
    auth::check_certificates(auth::read_certificate_file(authority.file, name), name);
  }
  options.ca_file = std::move(authority.file);
  options.ca_pem = std::move(authority.text);
}

/// Runs a check from elsewhere in the library, and adds the field's name to its error.
template <class Check>
void check_field(const yaml::Field& field, const Check& check) {
  try {
    check();
  } catch (const ConfigError& error) {
    field.fail(std::string("is invalid: ") + error.what());
  }
}

/// A bare host, with or without a port, means http.
std::string read_server(const yaml::Field& server) {
  std::string text = server.required_text();
  if (text.find("://") != std::string::npos) return text;
  const std::size_t slash = text.find('/');
  if (slash < text.size() - 1) server.fail("is neither an http:// or https:// URL nor host or host:port");
  return "http://" + text;
}

ClientConfig read_cluster(const yaml::Field& cluster, ClientOptions options) {
  if (!cluster.is_present()) cluster.fail("is missing");
  ClientConfig config{"kubeconfig " + cluster.file(), read_server(cluster["server"]), std::move(options), nullptr};
  http::BaseUrl base;
  check_field(cluster["server"], [&] { base = http::parse_base_url(config.base_url); });
  if (base.is_tls) set_authority(cluster, config.options);
  const std::string proxy = cluster["proxy-url"].text();
  if (!proxy.empty()) {
    check_field(cluster["proxy-url"], [&] { static_cast<void>(http::checked_proxy(proxy)); });
    config.options.proxy = proxy;
  }
  const std::string name = cluster["tls-server-name"].text();
  if (!name.empty() && base.is_tls) {
    check_field(cluster["tls-server-name"], [&] { static_cast<void>(http::make_tls_name(base, name)); });
    config.options.tls_server_name = name;
  }
  if (cluster["disable-compression"].flag()) config.options.compression = false;
  return config;
}

void set_namespace(const yaml::Field& ns, ClientOptions& options) {
  std::string name = ns.text();
  if (name.empty()) return;
  if (!codec::is_namespace(name)) ns.fail("is not a valid namespace name");
  options.ns = std::move(name);
}

/// The impersonation headers.
http::Headers impersonation(const yaml::Field& user) {
  http::Headers headers;
  const auto add = [&headers](const std::string& name, const yaml::Field& field) {
    std::string value = field.text();
    if (value.empty()) return;
    check_field(field, [&] { http::check_header(name, value); });
    headers.emplace_back(name, std::move(value));
  };
  add("Impersonate-User", user["as"]);
  add("Impersonate-Uid", user["as-uid"]);
  for (const yaml::Field& group : user["as-groups"].elements()) add("Impersonate-Group", group);
  const yaml::Field extra = user["as-user-extra"];
  if (extra.is_present() && !extra.node().children.empty()) extra.fail("is not supported");
  if (!headers.empty() && user["as"].text().empty()) user["as"].fail("is missing; as-uid and as-groups require it");
  return headers;
}

auth::Given token_of(const yaml::Field& user) {
  const yaml::Field file = user["tokenFile"];
  const yaml::Field token = user["token"];
  // The file takes precedence; the token is used if it cannot be read.
  const bool has_file = !file.text().empty() && (token.text().empty() || detail::stamp_of(file.path_text()));
  if (has_file) return {{}, file.path_text(), file.origin()};
  return {token.text(), {}, token.origin()};
}

void check_user(const yaml::Field& user, const auth::CredentialSources& sources) {
  const yaml::Field provider = user["auth-provider"];
  if (provider.is_present()) {
    provider.fail("is not supported (Kubernetes removed it too); use an exec plugin or a token");
  }
  if (!sources.token.is_empty() && !sources.username.empty()) {
    user["username"].fail("and a token are both set; set only one");
  }
  if (sources.username.empty() && !sources.password.empty()) user["username"].fail("is missing; password requires it");
  if (sources.username.find(':') != std::string::npos) user["username"].fail("must not contain a colon");
}

auth::CredentialSources read_user(const yaml::Field& user) {
  auth::CredentialSources sources;
  sources.token = token_of(user);
  sources.username = user["username"].text();
  sources.password = user["password"].text();
  sources.certificate = given(user, "client-certificate");
  sources.key = given(user, "client-key");
  sources.headers = impersonation(user);
  check_user(user, sources);
  return sources;
}

std::shared_ptr<http::Credentials> make_user(const yaml::Field& user, const yaml::Field& cluster,
                                             const ClientConfig& config, const KubeconfigOptions& wanted) {
  auth::CredentialSources sources = read_user(user);
  const yaml::Field exec = user["exec"];
  // As in kubectl: the plugin is used only without other credentials.
  const bool needs_plugin =
      exec.is_present() && sources.token.is_empty() && sources.username.empty() && sources.certificate.is_empty();
  std::shared_ptr<http::Credentials> given = auth::make_credentials(std::move(sources));
  if (!needs_plugin) return given;
  return auth::make_exec_credentials(read_exec_plugin(exec, cluster, config, wanted.exec_timeout), std::move(given));
}

}  // namespace

ClientConfig resolve_kubeconfig(const KubeconfigFiles& files, const KubeconfigOptions& wanted, ClientOptions options) {
  if (files.files.empty()) throw ConfigError("kubeconfig: no such file: " + files.shown);
  for (const KubeconfigFile& file : files.files) check_type(file);
  const yaml::Field context = find_context(files, wanted);
  const yaml::Field cluster = follow(files, context["cluster"], "clusters", "cluster");
  ClientConfig config = read_cluster(cluster, std::move(options));
  set_namespace(context["namespace"], config.options);
  if (context["user"].text().empty()) return config;
  const yaml::Field user = follow(files, context["user"], "users", "user");
  config.credentials = make_user(user, cluster, config, wanted);
  return config;
}

ClientConfig from_kubeconfig(const KubeconfigOptions& wanted, ClientOptions options, const detail::Lookup& lookup) {
  if (wanted.exec_timeout.count() <= 0) throw ConfigError("KubeconfigOptions::exec_timeout must be longer than 0 ms");
  return resolve_kubeconfig(read_kubeconfig_files(wanted.path, lookup), wanted, std::move(options));
}

bool has_contexts(const KubeconfigFiles& files) {
  return !current_context(files).empty() || !context_names(files).empty();
}

}  // namespace kplane::config
