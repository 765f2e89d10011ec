// Who a request comes from, by all that it shows: a client certificate, a bearer token.
#pragma once

#include <string>

#include "credential.hpp"
#include "http_front.hpp"
#include "tokens.hpp"

namespace kplane::testing::server {

/// Thread safety: identify() may be called from any thread.
class Authenticator {
 public:
  /// The tokens outlive the authenticator.
  explicit Authenticator(const Tokens& tokens) : tokens_(tokens) {}

  /// One good credential is enough, whatever stands beside it.
  [[nodiscard]] Identity identify(const std::string& cluster, const HttpRequest& request) const;

 private:
  const Tokens& tokens_;
};

}  // namespace kplane::testing::server
