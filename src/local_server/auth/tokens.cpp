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

void Tokens::accept_everywhere(std::string token) {
  const std::lock_guard lock(mutex_);
  everywhere_.insert(std::move(token));
}

void Tokens::accept_in(std::string_view cluster, std::string token) {
  const std::lock_guard lock(mutex_);
  clusters_of_[std::move(token)].emplace(cluster);
}

void Tokens::revoke(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto everywhere = everywhere_.find(token);
  if (everywhere != everywhere_.end()) everywhere_.erase(everywhere);
  const auto clusters = clusters_of_.find(token);
  if (clusters != clusters_of_.end()) clusters_of_.erase(clusters);
}

CredentialStatus Tokens::identify(const std::string& cluster, const std::optional<std::string>& authorization) const {
  if (!authorization) return CredentialStatus::anonymous;
  const auto token = bearer_token(authorization);
  if (!token) return CredentialStatus::refused;
  const std::lock_guard lock(mutex_);
  if (everywhere_.count(*token) > 0) return CredentialStatus::known;
  const auto clusters = clusters_of_.find(*token);
  const bool good_here = clusters != clusters_of_.end() && clusters->second.count(cluster) > 0;
  return good_here ? CredentialStatus::known : CredentialStatus::refused;
}

}  // namespace kplane::testing::server
