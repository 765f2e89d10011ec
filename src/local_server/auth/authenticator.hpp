// Who a request comes from, by all that it shows: a client certificate, a bearer token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/auth/issued_tokens.hpp"
#include "local_server/auth/tokens.hpp"
#include "local_server/base/user.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/http_front.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// What a token is found to be.
struct TokenFinding {
  std::optional<User> user{};            ///< none: it is no token of this plane
  std::vector<std::string> audiences{};  ///< whom it is for
};

/// Thread safety: every member may be called from any thread.
class Authenticator {
 public:
  /// All of it outlives the authenticator.
  Authenticator(const Tokens& tokens, const IssuedTokens& issued, Planes& planes)
      : tokens_(tokens), issued_(issued), planes_(planes) {}

  /// One good credential is enough, whatever stands beside it; without any it is the anonymous user.
  /// @return nullopt when what is shown is no credential of this plane
  [[nodiscard]] std::optional<User> authenticate(const std::string& cluster, const HttpRequest& request) const;
  /// What a bearer token is worth, for whatever audience it was issued.
  [[nodiscard]] TokenFinding find_token(const std::string& cluster, std::string_view token) const;

 private:
  [[nodiscard]] std::optional<User> authenticate_token(const std::string& cluster, const HttpRequest& request) const;

  const Tokens& tokens_;
  const IssuedTokens& issued_;
  Planes& planes_;
};

}  // namespace kplane::testing::server
