// Which parts of a request are secret.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/secrets.hpp"
#include "http/message.hpp"

namespace kplane::http {

/// Adds the credentials of a request: its identity, and those in its own headers and query.
void add_request(Secrets& secrets, const Headers& headers, std::string_view url, const AuthInfo& identity);

/// Adds the user and the password in a proxy's URL, if any.
void add_proxy(Secrets& secrets, std::string_view url);

/// Adds the value if the name says that it is secret.
void add_named(Secrets& secrets, std::string_view name, std::string_view value);

/// The secrets of an answered request, created on demand.
class RequestSecrets final : public detail::SecretSource {
 public:
  /// @param headers, url of the request @param proxy its URL; may be empty
  RequestSecrets(Headers headers, std::string url, AuthInfoPtr identity, std::string proxy)
      : headers_(std::move(headers)), url_(std::move(url)), identity_(std::move(identity)), proxy_(std::move(proxy)) {}

  [[nodiscard]] Secrets secrets() const override;

 private:
  const Headers headers_;
  const std::string url_;
  const AuthInfoPtr identity_;
  const std::string proxy_;
};

}  // namespace kplane::http
