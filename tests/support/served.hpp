// Tests that run against a LocalServer twice: over HTTP and over HTTPS.
#pragma once

#include <gtest/gtest.h>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

namespace kplane::tests {

enum class Scheme { http, https };

class ServedTest : public ::testing::TestWithParam<Scheme> {
 protected:
  /// Options of a server of this test's scheme, to change before start().
  [[nodiscard]] static kplane::testing::LocalServerOptions server_options() {
    kplane::testing::LocalServerOptions options;
    options.tls = GetParam() == Scheme::https;
    return options;
  }

  kplane::testing::LocalServer& start(kplane::testing::LocalServerOptions options = server_options()) {
    return server_.emplace(std::move(options));
  }
  [[nodiscard]] kplane::testing::LocalServer& server() { return server_ ? *server_ : start(); }
  [[nodiscard]] Client client() { return server().client(); }

 private:
  std::optional<kplane::testing::LocalServer> server_;
};

[[nodiscard]] inline std::string scheme_name(const ::testing::TestParamInfo<Scheme>& info) {
  return info.param == Scheme::https ? "Https" : "Http";
}

}  // namespace kplane::tests

/// Runs the cases of a suite that derives from ServedTest over both schemes.
#define KPLANE_TEST_OVER_BOTH_SCHEMES(suite)                                                                          \
  INSTANTIATE_TEST_SUITE_P(Over, suite, ::testing::Values(kplane::tests::Scheme::http, kplane::tests::Scheme::https), \
                           kplane::tests::scheme_name)
