// The valid bearer tokens of each plane: authentication is per plane (contract §2).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "local_server/base/user.hpp"

namespace kplane::testing::server {

/// The bearer token of an Authorization header; nullopt when it has none.
[[nodiscard]] std::optional<std::string_view> bearer_token(const std::optional<std::string>& authorization);

/// Thread safety: every member may be called from any thread.
class Tokens {
 public:
  void accept_everywhere(std::string token, User user);
  void accept_in(std::string_view cluster, std::string token, User user);
  void revoke(std::string_view token);
  /// The user of a token; nullopt when it is not valid in this plane.
  [[nodiscard]] std::optional<User> find(const std::string& cluster, std::string_view token) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, User, std::less<>> everywhere_;
  std::map<std::string, std::map<std::string, User>, std::less<>> by_cluster_;  // by token, then by plane
};

}  // namespace kplane::testing::server
