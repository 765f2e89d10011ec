// A server's URL and the options for it, from any source.
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
  std::shared_ptr<http::Credentials> credentials{};  ///< override those in `options`; nullptr: use those
};

}  // namespace kplane::config
