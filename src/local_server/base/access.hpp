#pragma once

#include <string>

namespace kplane::testing::server {

/// What a request wants to do, to a resource or, with `path`, to something else.
struct Access {
  std::string verb{};
  std::string group{};
  std::string resource{};
  std::string subresource{};
  std::string ns{};
  std::string name{};
  std::string path{};
};

}  // namespace kplane::testing::server
