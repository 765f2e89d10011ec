// The texts of `Warning` headers (contract §7), by the grammar of RFC 7234 §5.5.
#pragma once

#include <string>
#include <vector>

#include "base/secrets.hpp"
#include "http/message.hpp"

namespace kplane::http {

/// The server's messages for people, such as that an API is deprecated: `Warning: 299 - "text"`. At most 16 texts of at
/// most 1,024 bytes, on one line each; malformed warnings are ignored. `secrets` are redacted.
[[nodiscard]] std::vector<std::string> warning_texts(const Headers& headers, const Secrets& secrets);

}  // namespace kplane::http
