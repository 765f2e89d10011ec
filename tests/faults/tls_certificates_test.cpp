// Certificates that a client must not take: each is refused with an error of its own before anything is sent.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/clients.hpp"
#include "support/tls_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::HasSubstr;

class Certificates : public ::testing::Test {
 protected:
  [[nodiscard]] ClientOptions options() const {
    ClientOptions options = without_retries();
    options.ca_pem = authority_.pem();
    options.token = "a-token-that-only-the-right-server-may-see";
    return options;
  }

  [[nodiscard]] bool is_ready(const Wanted& wanted) const {
    const TlsServer server(authority_, wanted);
    const bool is_ready = Client(server.base_url(), options()).is_ready();
    EXPECT_TRUE(server.has_been_asked());
    return is_ready;
  }

  template <class Refusal>
  void expect_refused(const Wanted& wanted) const {
    TlsServer server(authority_, wanted);
    try {
      (void)Client(server.base_url(), options()).is_ready();
      ADD_FAILURE() << "it was taken";
    } catch (const Refusal& error) {
      EXPECT_FALSE(error.retryable());
      EXPECT_THAT(error.what(), HasSubstr("ertificate"));
    }
    server.finish();
    EXPECT_FALSE(server.has_been_asked());
  }

 private:
  const Authority authority_;
};

TEST_F(Certificates, ThatAreGoodAreTaken) { EXPECT_TRUE(is_ready({})); }

TEST_F(Certificates, ThatHaveExpiredAreRefused) {
  Wanted wanted;
  wanted.until = -60;
  expect_refused<CertificateExpired>(wanted);
}

TEST_F(Certificates, ThatAreNotYetValidAreRefused) {
  Wanted wanted;
  wanted.from = hour;
  wanted.until = 2 * hour;
  expect_refused<CertificateExpired>(wanted);
}

TEST_F(Certificates, OfAnotherHostAreRefused) {
  Wanted wanted;
  wanted.alternative_name = "DNS:elsewhere.invalid";
  expect_refused<HostnameMismatch>(wanted);
}

TEST_F(Certificates, ThatNameTheHostInTheirCommonNameOnlyAreRefused) {
  Wanted wanted;
  wanted.common_name = "127.0.0.1";
  wanted.alternative_name = "";
  expect_refused<HostnameMismatch>(wanted);
}

/// 2 in Debian, 1 where OpenSSL is as its authors left it.
int default_security_level() {
  const Context context(SSL_CTX_new(TLS_client_method()));
  return SSL_CTX_get_security_level(context.get());
}

TEST_F(Certificates, WithWeakKeysAreRefusedWhereOpensslRefusesThem) {
  if (default_security_level() < 2) GTEST_SKIP() << "this OpenSSL takes keys of 1024 bits";
  Wanted wanted;
  wanted.rsa_bits = 1024;
  expect_refused<TlsError>(wanted);
}

TEST_F(Certificates, WithWeakSignaturesAreRefusedWhereOpensslRefusesThem) {
  if (default_security_level() < 2) GTEST_SKIP() << "this OpenSSL may take SHA-1";
  Wanted wanted;
  wanted.digest = EVP_sha1();
  expect_refused<TlsError>(wanted);
}

}  // namespace
}  // namespace kplane::tests
