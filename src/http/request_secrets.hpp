// Which parts of a request are secret.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/secrets.hpp"
#include "http/message.hpp"

namespace kplane::http {

/// What a request was authorized by: its identity, and what its own headers and query hold of that kind.
void add_request(Secrets& secrets, const Headers& headers, std::string_view url, const AuthInfo& identity);

/// The user and the password in a proxy's URL, if any.
void add_proxy(Secrets& secrets, std::string_view url);

/// The value when the name says that it is secret.
void add_named(Secrets& secrets, std::string_view name, std::string_view value);

/// The secrets of a request that was answered, made when they are asked for.
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
