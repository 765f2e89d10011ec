// ClientConfig: a server's address and the options for it, from whatever source.
#pragma once

#include <memory>
#include <string>

#include <kplane/client_options.hpp>

#include "http/message.hpp"

namespace kplane::config {

struct ClientConfig {
  std::string origin;  ///< where it was found, for errors
  std::string base_url;
  ClientOptions options;
  std::shared_ptr<http::Credentials> credentials{};  ///< instead of those in `options`; nullptr: those
};

}  // namespace kplane::config
