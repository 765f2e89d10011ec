// The tokens that ServiceAccounts were issued, until they expire by a clock that tests may move.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// The ServiceAccount that a token speaks for.
struct TokenOwner {
  std::string cluster{};
  ObjectName name{};
  std::string uid{};
};

/// A random token of 256 bits, fit for a header. @throws std::runtime_error when there is no randomness.
[[nodiscard]] std::string random_token();

/// Thread safety: every member may be called from any thread.
class IssuedTokens {
 public:
  using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

  /// As many are good at the same time; a further one ends the one that would expire first.
  static constexpr std::size_t kMaxTokens = 10'000;

  /// Makes a token good until `expires`.
  void add(std::string token, TokenOwner owner, Time expires);
  void revoke(std::string_view token);
  /// @return nullopt when the token was not issued here, or is good no more
  [[nodiscard]] std::optional<TokenOwner> owner_of(std::string_view token) const;

  /// The time by which tokens expire.
  [[nodiscard]] Time now() const;
  void advance(std::chrono::seconds by);
  /// How many are kept, expired ones among them.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Issue {
    TokenOwner owner{};
    Time expires{};
  };
  using Issues = std::map<std::string, Issue, std::less<>>;

  [[nodiscard]] Time now_locked() const;
  void make_room_locked();

  mutable std::mutex mutex_;
  std::chrono::seconds advanced_{0};
  Issues issues_;
  std::multimap<Time, Issues::iterator> by_expiry_;
};

}  // namespace kplane::testing::server
