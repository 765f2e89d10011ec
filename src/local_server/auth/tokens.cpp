#include "local_server/auth/tokens.hpp"

#include <utility>

namespace kplane::testing::server {
namespace {

constexpr std::string_view kScheme = "bearer ";

// The scheme's name is case-insensitive.
bool has_bearer_scheme(std::string_view header) {
  if (header.size() < kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = header[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != kScheme[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> bearer_token(const std::optional<std::string>& authorization) {
  if (!authorization || !has_bearer_scheme(*authorization)) return std::nullopt;
  return std::string_view(*authorization).substr(kScheme.size());
}

void Tokens::accept_everywhere(std::string token, User user) {
  const std::lock_guard lock(mutex_);
  everywhere_.insert_or_assign(std::move(token), std::move(user));
}

void Tokens::accept_in(std::string_view cluster, std::string token, User user) {
  const std::lock_guard lock(mutex_);
  by_cluster_[std::move(token)].insert_or_assign(std::string(cluster), std::move(user));
}

void Tokens::revoke(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto everywhere = everywhere_.find(token);
  if (everywhere != everywhere_.end()) everywhere_.erase(everywhere);
  const auto clusters = by_cluster_.find(token);
  if (clusters != by_cluster_.end()) by_cluster_.erase(clusters);
}

std::optional<User> Tokens::find(const std::string& cluster, std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto everywhere = everywhere_.find(token);
  if (everywhere != everywhere_.end()) return everywhere->second;
  const auto clusters = by_cluster_.find(token);
  if (clusters == by_cluster_.end()) return std::nullopt;
  const auto here = clusters->second.find(cluster);
  return here == clusters->second.end() ? std::nullopt : std::optional<User>(here->second);
}

}  // namespace kplane::testing::server
