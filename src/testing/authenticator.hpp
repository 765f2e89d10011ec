// Who a request comes from, by all that it shows: a client certificate, a bearer token.
#pragma once

#include <string>

#include "credential.hpp"
#include "http_front.hpp"
#include "issued_tokens.hpp"
#include "planes.hpp"
#include "tokens.hpp"

namespace kplane::testing::server {

/// Thread safety: identify() may be called from any thread.
class Authenticator {
 public:
  /// All of it outlives the authenticator.
  Authenticator(const Tokens& tokens, const IssuedTokens& issued, Planes& planes)
      : tokens_(tokens), issued_(issued), planes_(planes) {}

  /// One good credential is enough, whatever stands beside it.
  [[nodiscard]] Identity identify(const std::string& cluster, const HttpRequest& request) const;

 private:
  [[nodiscard]] Identity identify_token(const std::string& cluster, const HttpRequest& request) const;
  [[nodiscard]] bool speaks_for_account(const std::string& cluster, std::string_view token) const;

  const Tokens& tokens_;
  const IssuedTokens& issued_;
  Planes& planes_;
};

}  // namespace kplane::testing::server
