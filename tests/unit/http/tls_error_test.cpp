// Which error a TLS failure is, by what libcurl and OpenSSL say of it.
#include "http/tls_error.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

namespace kplane::http {
namespace {

TEST(TlsErrorTest, AlertOfTheServerIsARefusalOfTheClientsCertificate) {
  const auto error = tls_error({CURLE_RECV_ERROR, 0, "sslv3 alert bad certificate, errno 0"}, "what", true);
  EXPECT_THROW(error->raise(), ClientCertificateRefused);
}

TEST(TlsErrorTest, NameInTheServersCertificateIsNoAlert) {
  const auto error = tls_error(
      {CURLE_PEER_FAILED_VERIFICATION, 0, "SSL: certificate subject name 'sslv3 alert bad certificate' does not match"},
      "what", false);
  EXPECT_THROW(error->raise(), HostnameMismatch);
}

TEST(TlsErrorTest, OtherFailuresAreNone) {
  EXPECT_EQ(tls_error({CURLE_COULDNT_CONNECT, 0, "Connection refused"}, "what", true), nullptr);
}

}  // namespace
}  // namespace kplane::http
