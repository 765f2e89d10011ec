// Bearer tokens: from text, or from a file that is rotated while the program runs.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"

namespace kplane::config {

/// @return credentials that send `token`, or what `token_file` holds; nullptr when both are empty.
/// @throws ConfigError when both are set, the file cannot be read or is empty, or the token has a character that a
/// header cannot.
[[nodiscard]] std::shared_ptr<http::Credentials> make_credentials(const std::string& token,
                                                                  const std::string& token_file);

}  // namespace kplane::config
