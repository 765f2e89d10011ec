// Who a request comes from, by all that it shows: a client certificate, a bearer token.
#pragma once

#include <string>

#include "local_server/auth/issued_tokens.hpp"
#include "local_server/auth/tokens.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/http_front.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// Thread safety: identify() may be called from any thread.
class Authenticator {
 public:
  /// All of it outlives the authenticator.
  Authenticator(const Tokens& tokens, const IssuedTokens& issued, Planes& planes)
      : tokens_(tokens), issued_(issued), planes_(planes) {}

  /// One good credential is enough, whatever stands beside it.
  [[nodiscard]] CredentialStatus identify(const std::string& cluster, const HttpRequest& request) const;

 private:
  [[nodiscard]] CredentialStatus identify_token(const std::string& cluster, const HttpRequest& request) const;
  [[nodiscard]] bool speaks_for_account(const std::string& cluster, std::string_view token) const;

  const Tokens& tokens_;
  const IssuedTokens& issued_;
  Planes& planes_;
};

}  // namespace kplane::testing::server
