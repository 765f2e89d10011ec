// TLS: verified unless switched off, by the CA that was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

namespace kplane::tests {
namespace {

class TlsTest : public ::testing::Test {
 protected:
  static kplane::testing::LocalServerOptions tls() {
    kplane::testing::LocalServerOptions options;
    options.tls = true;
    return options;
  }

  kplane::testing::LocalServer server_{tls()};
};

TEST_F(TlsTest, UnknownCaIsATlsErrorAtOnce) {
  ClientOptions options = server_.client_options();
  options.ca_pem.clear();
  const Client client(server_.base_url(), options);
  try {
    (void)client.plane("a").state();
    FAIL() << "accepted";
  } catch (const TlsError& error) {
    EXPECT_FALSE(error.retryable());
  }
  EXPECT_THROW((void)client.is_ready(), TlsError);
  EXPECT_THROW(client.wait_until_ready(std::chrono::seconds{60}), TlsError);
  EXPECT_EQ(server_.request_count(), 0U) << "no token was sent";
}

TEST_F(TlsTest, CaMayComeAsTextOrAsFile) {
  ClientOptions options = server_.client_options();
  EXPECT_EQ(options.ca_pem, server_.ca_pem());
  EXPECT_TRUE(Client(server_.base_url(), options).is_ready());

  std::string pattern = (std::filesystem::temp_directory_path() / "kplane-ca-XXXXXX").string();
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  options.ca_file = (directory / "ca.pem").string();
  std::ofstream(options.ca_file) << options.ca_pem;
  EXPECT_THROW(Client(server_.base_url(), options), ConfigError) << "both at once";
  options.ca_pem.clear();
  EXPECT_TRUE(Client(server_.base_url(), options).is_ready());
  std::filesystem::remove_all(directory);
}

TEST_F(TlsTest, CaOfAnotherServerIsRefused) {
  const kplane::testing::LocalServer other(tls());
  EXPECT_THROW((void)Client(server_.base_url(), other.client_options()).is_ready(), TlsError);
}

TEST_F(TlsTest, VerificationCanBeSwitchedOff) {
  ClientOptions options = server_.client_options();
  options.ca_pem.clear();
  options.verify_tls = false;
  EXPECT_TRUE(Client(server_.base_url(), options).is_ready());
}

TEST_F(TlsTest, WrongHostNameIsRefused) {
  const std::string url = "https://other.localhost:" + std::to_string(server_.port());
  try {
    (void)Client(url, server_.client_options()).plane("a").state();
    FAIL() << "accepted";
  } catch (const TlsError& error) {
    EXPECT_FALSE(error.retryable());
  }
  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(TlsTest, BatchFailsPlaneByPlane) {
  ClientOptions options = server_.client_options();
  options.ca_pem.clear();
  const Client client(server_.base_url(), options);
  const auto results = client.states({client.plane("a"), client.plane("b")});
  for (const StateResult& result : results) EXPECT_THROW(result.error().raise(), TlsError);
}

}  // namespace
}  // namespace kplane::tests
