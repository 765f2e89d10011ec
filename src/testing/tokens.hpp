// Which bearer tokens are good, and where: authentication is per plane (contract §2).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace kplane::testing::server {

enum class Identity {
  known,      ///< a token that this plane accepts
  anonymous,  ///< no credential at all
  refused,    ///< a credential that is none here
};

/// Thread safety: every member may be called from any thread.
class Tokens {
 public:
  void accept_everywhere(std::string token);
  void accept_in(std::string_view cluster, std::string token);
  void revoke(std::string_view token);
  [[nodiscard]] Identity identify(const std::string& cluster, const std::optional<std::string>& authorization) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> everywhere_;
  std::map<std::string, std::set<std::string>, std::less<>> clusters_of_;
};

}  // namespace kplane::testing::server
