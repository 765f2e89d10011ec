// Which parts of a request are secret.
#pragma once

#include <string_view>

#include "base/secrets.hpp"
#include "http/message.hpp"

namespace kplane::http {

/// What a request was authorized by: its identity, and what its own headers and query hold of that kind.
void add_request(Secrets& secrets, const Request& request, const AuthInfo& identity);

/// The user and the password in a proxy's URL, if any.
void add_proxy(Secrets& secrets, std::string_view url);

/// The value when the name says that it is secret.
void add_named(Secrets& secrets, std::string_view name, std::string_view value);

}  // namespace kplane::http
