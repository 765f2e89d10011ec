// The text of a kubeconfig with one context, as the kplane CLI writes it (contract §8).
#pragma once

#include <string>
#include <vector>

namespace kplane::config {

/// Empty members are left out.
struct KubeconfigContent {
  std::string name{};    ///< of the context, of its cluster and of its user
  std::string server{};  ///< the plane's base URL
  bool verify_tls = true;
  std::string ca_pem{};  ///< ignored without `verify_tls`: kubectl rejects a file with both
  std::string tls_server_name{};
  std::string proxy_url{};
  std::string ns{};
  std::string token{};
  std::string username{};
  std::string password{};
  std::string certificate_pem{};
  std::string key_pem{};
  std::string as{};  ///< the user to impersonate
  std::string as_uid{};
  std::vector<std::string> as_groups{};
};

/// YAML. Contains the credentials in plain text: for a private file, never for a log.
[[nodiscard]] std::string kubeconfig_text(const KubeconfigContent& content);

}  // namespace kplane::config
