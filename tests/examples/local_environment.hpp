// What an example's environment says of a LocalServer.
#pragma once

#include <kplane/testing/local_server.hpp>

#include "program.hpp"

namespace kplane::tests {

inline Environment environment_of(const kplane::testing::LocalServer& server) {
  return {{"KPLANE_HOST", server.base_url()}, {"KPLANE_TOKEN", server.token()}};
}

}  // namespace kplane::tests
