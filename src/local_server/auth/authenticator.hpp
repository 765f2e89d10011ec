// Authenticates requests by client certificate and bearer token.
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

/// The result of looking up a token.
struct TokenFinding {
  std::optional<User> user{};            ///< none: not a token of this plane
  std::vector<std::string> audiences{};  ///< the token's audiences
};

/// Thread safety: every member may be called from any thread.
class Authenticator {
 public:
  /// All arguments must outlive the authenticator.
  Authenticator(const Tokens& tokens, const IssuedTokens& issued, Planes& planes)
      : tokens_(tokens), issued_(issued), planes_(planes) {}

  /// One valid credential is enough, whatever else is presented; without any credential it is the anonymous user.
  /// @return nullopt when the credential is not valid in this plane
  [[nodiscard]] std::optional<User> authenticate(const std::string& cluster, const HttpRequest& request) const;
  /// Looks up a bearer token, for whatever audience it was issued.
  [[nodiscard]] TokenFinding find_token(const std::string& cluster, std::string_view token) const;

 private:
  [[nodiscard]] std::optional<User> authenticate_token(const std::string& cluster, const HttpRequest& request) const;

  const Tokens& tokens_;
  const IssuedTokens& issued_;
  Planes& planes_;
};

}  // namespace kplane::testing::server
