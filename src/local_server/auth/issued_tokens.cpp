#include "local_server/auth/issued_tokens.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/rand.h>

#include "local_server/net/openssl_handles.hpp"

namespace kplane::testing::server {

std::string random_bytes() {
  constexpr int kBytes = 32;
  std::array<unsigned char, kBytes> bytes{};
  require_openssl(RAND_bytes(bytes.data(), kBytes) == 1, "draw a token");
  return {bytes.begin(), bytes.end()};
}

void IssuedTokens::add(std::string token, TokenOwner owner, Time expires) {
  const std::lock_guard lock(mutex_);
  make_room_locked();
  const auto [issue, added] = issues_.emplace(std::move(token), Issue{std::move(owner), expires});
  if (added) by_expiry_.emplace(expires, issue);
}

void IssuedTokens::revoke(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto issue = issues_.find(token);
  if (issue == issues_.end()) return;
  const auto [first, last] = by_expiry_.equal_range(issue->second.expires);
  by_expiry_.erase(std::find_if(first, last, [&](const auto& entry) { return entry.second == issue; }));
  issues_.erase(issue);
}

std::optional<TokenOwner> IssuedTokens::owner_of(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto issue = issues_.find(token);
  if (issue == issues_.end() || issue->second.expires <= now_locked()) return std::nullopt;
  return issue->second.owner;
}

IssuedTokens::Time IssuedTokens::now() const {
  const std::lock_guard lock(mutex_);
  return now_locked();
}

void IssuedTokens::advance(std::chrono::seconds by) {
  const std::lock_guard lock(mutex_);
  advanced_ += by;
}

std::size_t IssuedTokens::size() const {
  const std::lock_guard lock(mutex_);
  return issues_.size();
}

IssuedTokens::Time IssuedTokens::now_locked() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + advanced_;
}

void IssuedTokens::make_room_locked() {
  const Time now = now_locked();
  while (!by_expiry_.empty() && (by_expiry_.begin()->first <= now || issues_.size() >= kMaxTokens)) {
    issues_.erase(by_expiry_.begin()->second);
    by_expiry_.erase(by_expiry_.begin());
  }
}

}  // namespace kplane::testing::server
