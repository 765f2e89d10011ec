// A process that can open no more files: whatever fails by it says so.
#include <kplane/kplane.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/clients.hpp"
#include "support/few_files.hpp"
#include "support/raw_server.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr const char* says_so = "too many open files";

/// Nobody's: it only has to be one.
constexpr const char* some_certificate =
    R"(-----BEGIN CERTIFICATE-----
MIIBejCCAR+gAwIBAgIUNlr7gf44V6O9ddVpi5mYHTKavBIwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyNzIzMDUzMloYDzIxMjYxMTAzMjMw
NTMyWjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARA40OZAgLhA9vz+SM+SiZKPOGbr95zu4stH7irXA7F26aO6fRueX/TB9VTY3ns
89j3O6w+0wF4B9Vyrd0uCNwIo1MwUTAdBgNVHQ4EFgQU+FC2vzAUKh2D4dQHSUoA
QT97Eq4wHwYDVR0jBBgwFoAU+FC2vzAUKh2D4dQHSUoAQT97Eq4wDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAsCDRfwgu6GNt3xekpNCer6oS8L1r
phYj2JeYD1sq1oICIQCkg59XROozenVr6F/3U3WS2/UvnfbSB9UZ/xVD+m/ymw==
-----END CERTIFICATE-----
)";

/// What a request says that can open only so many files.
std::string error_of(const Client& client, int files) {
  const FewFiles few(files);
  try {
    (void)client.plane("alpha").state();
  } catch (const TransportError& error) {
    EXPECT_TRUE(error.retryable()) << error.what();
    return error.what();
  }
  return "no error";
}

TEST(OpenFiles, ConnectionThatCannotBeOpenedSaysWhy) {
  if (needs_files) GTEST_SKIP() << why_files_are_needed;
  const Client client("http://127.0.0.1:" + std::to_string(closed_port()), without_retries());
  const std::string text = error_of(client, 0);
  EXPECT_THAT(text, HasSubstr(says_so));
  EXPECT_THAT(text, HasSubstr("ulimit -n"));
  EXPECT_THAT(error_of(client, 100), ::testing::Not(HasSubstr(says_so))) << "there are files again";
}

TEST(OpenFiles, NameThatCannotBeResolvedSaysWhy) {
  if (needs_files) GTEST_SKIP() << why_files_are_needed;
  const Client client("http://localhost:" + std::to_string(closed_port()), without_retries());
  EXPECT_THAT(error_of(client, 0), HasSubstr(says_so));
  for (int files = 1; files < 8; ++files) {
    EXPECT_THAT(error_of(client, files), AnyOf(HasSubstr(says_so), HasSubstr("onnect"))) << files;
  }
}

// The socket is there then, and the file of CAs cannot be opened any more.
TEST(OpenFiles, FileOfCertificatesThatCannotBeOpenedSaysWhy) {
  if (needs_files) GTEST_SKIP() << why_files_are_needed;
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  const TemporaryDirectory directory;
  const std::string ca_file = (directory.path() / "ca.pem").string();
  std::ofstream(ca_file) << some_certificate;
  ClientOptions options = without_retries();
  options.ca_file = ca_file;
  options.request_timeout = std::chrono::milliseconds{300};
  bool said_so = false;
  for (int files = 0; files < 6; ++files) {
    const Client client("https://127.0.0.1:" + std::to_string(server.port()), options);
    const std::string text = error_of(client, files);
    EXPECT_THAT(text, ::testing::Not(HasSubstr("certificate"))) << files;
    said_so = said_so || text.find(says_so) != std::string::npos;
  }
  EXPECT_TRUE(said_so);
}

TEST(OpenFiles, PluginThatCannotBeStartedSaysWhy) {
  if (needs_files) GTEST_SKIP() << why_files_are_needed;
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "config").string();
  std::ofstream(path)
      << "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
         "clusters: [{name: a, cluster: {server: \"https://127.0.0.1:1\"}}]\n"
         "users: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true,"
         " interactiveMode: Never}}}]\n";
  const Client client = Client::from_kubeconfig({path});
  const FewFiles none;
  try {
    (void)client.plane("alpha").state();
    FAIL();
  } catch (const CredentialError& error) {
    EXPECT_THAT(error.what(), HasSubstr(says_so));
  }
}

TEST(OpenFiles, FileOfCertificatesThatBecameAPipeIsNotWaitedFor) {
  const TemporaryDirectory directory;
  const std::string ca_file = (directory.path() / "ca.pem").string();
  std::ofstream(ca_file) << some_certificate;
  ClientOptions options = without_retries();
  options.ca_file = ca_file;
  const Client client("https://127.0.0.1:" + std::to_string(closed_port()), options);
  std::filesystem::remove(ca_file);
  ASSERT_EQ(::mkfifo(ca_file.c_str(), 0600), 0);
  EXPECT_THROW((void)client.plane("alpha").state(), TlsError);
}

}  // namespace
}  // namespace kplane::tests
