// The issued ServiceAccount tokens, which expire by a clock that tests can advance.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// An object that a token is bound to.
struct BoundObject {
  const ResourceType* type = nullptr;
  ObjectName name{};
  std::string uid{};
};

/// The ServiceAccount of a token.
struct TokenOwner {
  std::string cluster{};
  ObjectName name{};
  std::string uid{};
  std::vector<std::string> audiences{};  ///< a plane accepts only tokens with its own audience
  std::optional<BoundObject> bound{};
  std::string credential_id{};  ///< `JTI=…`, as a review of the token shows it
};

/// The audience of tokens for a plane itself, and the issuer of all tokens.
inline constexpr const char* kServerAudience = "https://kubernetes.default.svc";

/// 256 random bits. @throws std::runtime_error when there is no randomness.
[[nodiscard]] std::string random_bytes();

/// Thread safety: every member may be called from any thread.
class IssuedTokens {
 public:
  using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

  /// The most tokens valid at the same time; another one invalidates the one that would expire first.
  static constexpr std::size_t kMaxTokens = 10'000;

  /// Makes a token valid until `expires`.
  void add(std::string token, TokenOwner owner, Time expires);
  void revoke(std::string_view token);
  /// @return nullopt when the token was not issued here or is no longer valid
  [[nodiscard]] std::optional<TokenOwner> owner_of(std::string_view token) const;

  /// The current time of the token clock.
  [[nodiscard]] Time now() const;
  void advance(std::chrono::seconds by);
  /// The number of stored tokens, including expired ones.
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
