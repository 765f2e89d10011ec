// Which bearer tokens are good, and where: authentication is per plane (contract §2).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "local_server/net/credential.hpp"

namespace kplane::testing::server {

/// The token of an Authorization header; nullopt when it holds none.
[[nodiscard]] std::optional<std::string_view> bearer_token(const std::optional<std::string>& authorization);

/// Thread safety: every member may be called from any thread.
class Tokens {
 public:
  void accept_everywhere(std::string token);
  void accept_in(std::string_view cluster, std::string token);
  void revoke(std::string_view token);
  [[nodiscard]] CredentialStatus identify(const std::string& cluster,
                                          const std::optional<std::string>& authorization) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> everywhere_;
  std::map<std::string, std::set<std::string>, std::less<>> clusters_of_;
};

}  // namespace kplane::testing::server
