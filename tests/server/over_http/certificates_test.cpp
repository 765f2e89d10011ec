// LocalServer over TLS: the certificates that it presents, and those of its clients.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::ClientCertificate;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using kplane::testing::ServerCertificate;
using std::chrono::hours;

LocalServerOptions presenting(ServerCertificate certificate) {
  LocalServerOptions options;
  options.tls = true;
  options.certificate = certificate;
  return options;
}

LocalServerOptions demanding() {
  LocalServerOptions options = presenting(ServerCertificate::valid);
  options.require_client_certificate = true;
  return options;
}

raw::Connection showing(const LocalServer& server, const ClientCertificate& certificate) {
  raw::Connection connection(server);
  connection.without_token().with_certificate(certificate);
  return connection;
}

bool is_handshake_failure(CURLcode code) {
  return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR || code == CURLE_SSL_CLIENTCERT;
}

TEST(LocalServerCertificate, MayHaveExpired) {
  const LocalServer valid(presenting(ServerCertificate::valid));
  EXPECT_EQ(raw::Connection(valid).get(kState).status, 200);
  const LocalServer expired(presenting(ServerCertificate::expired));
  EXPECT_EQ(raw::Connection(expired).get(kState).result, CURLE_PEER_FAILED_VERIFICATION);
  EXPECT_EQ(expired.request_count(), 0U);
}

TEST(LocalServerCertificate, MayBeThatOfAnotherHost) {
  const LocalServer server(presenting(ServerCertificate::wrong_host));
  EXPECT_EQ(raw::Connection(server).get(kState).result, CURLE_PEER_FAILED_VERIFICATION);
  raw::Connection elsewhere(server);
  elsewhere.under_name("elsewhere.invalid");
  EXPECT_EQ(elsewhere.get(kState).status, 200);
}

TEST(LocalServerCertificate, NeedsTls) {
  LocalServerOptions options = presenting(ServerCertificate::expired);
  options.tls = false;
  EXPECT_THROW(LocalServer{options}, kplane::ConfigError);
  options = demanding();
  options.tls = false;
  EXPECT_THROW(LocalServer{options}, kplane::ConfigError);
}

TEST(ClientCertificates, MakeTheirOwnersKnownInEveryPlane) {
  const LocalServer server(presenting(ServerCertificate::valid));
  raw::Connection connection = showing(server, server.issue_client_certificate("ann"));
  EXPECT_EQ(connection.get(kState).status, 200);
  EXPECT_EQ(connection.get("/clusters/b/control-plane/state").status, 200);
  EXPECT_EQ(connection.with_token("wrong").get(kState).status, 200) << "one good credential is enough";
}

TEST(ClientCertificates, AreWorthNothingOnceExpired) {
  const LocalServer server(presenting(ServerCertificate::valid));
  raw::Connection connection = showing(server, server.issue_client_certificate("ann", -hours(1)));
  EXPECT_EQ(connection.get(kState).status, 401);
  EXPECT_EQ(connection.get("/readyz").status, 401);
  EXPECT_EQ(connection.with_token(server.token()).get(kState).status, 200);
}

TEST(ClientCertificates, AreWorthNothingElsewhere) {
  const LocalServer server(presenting(ServerCertificate::valid));
  const LocalServer other(presenting(ServerCertificate::valid));
  raw::Connection connection = showing(server, other.issue_client_certificate("ann"));
  EXPECT_EQ(connection.get(kState).status, 401);
  EXPECT_EQ(connection.with_token(server.token()).get(kState).status, 200);
}

TEST(ClientCertificates, AreOneWayAmongOthers) {
  const LocalServer server(presenting(ServerCertificate::valid));
  raw::Connection connection(server);
  EXPECT_EQ(connection.get(kState).status, 200) << "by its token";
  EXPECT_EQ(connection.without_token().get(kState).status, 403) << "anonymous";
}

TEST(ClientCertificates, SurviveTheResumptionOfATlsSession) {
  const LocalServer server(presenting(ServerCertificate::valid));
  raw::Connection connection = showing(server, server.issue_client_certificate("ann"));
  connection.with_header("Connection: close");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(connection.get(kState).status, 200) << i;
  EXPECT_EQ(server.connection_count(), 3U);
}

TEST(ClientCertificates, CanBeDemandedInTheHandshake) {
  const LocalServer server(demanding());
  const LocalServer other(presenting(ServerCertificate::valid));
  EXPECT_TRUE(is_handshake_failure(raw::Connection(server).get(kState).result)) << "none, though the token is good";
  for (const auto& bad : {server.issue_client_certificate("ann", -hours(1)), other.issue_client_certificate("ann")}) {
    EXPECT_TRUE(is_handshake_failure(showing(server, bad).with_token(server.token()).get(kState).result));
  }
  EXPECT_EQ(server.request_count(), 0U);
  EXPECT_EQ(showing(server, server.issue_client_certificate("ann")).get(kState).status, 200);
}

TEST(ClientCertificates, AreIssuedWithinReason) {
  const LocalServer server(presenting(ServerCertificate::valid));
  const ClientCertificate issued = server.issue_client_certificate("ann");
  EXPECT_EQ(issued.certificate_pem.rfind("-----BEGIN CERTIFICATE-----", 0), 0U);
  EXPECT_EQ(issued.key_pem.rfind("-----BEGIN PRIVATE KEY-----", 0), 0U);
  EXPECT_NE(server.issue_client_certificate("ann").key_pem, issued.key_pem);
  EXPECT_THROW((void)server.issue_client_certificate(""), kplane::ConfigError);
  EXPECT_THROW((void)server.issue_client_certificate(std::string(65, 'a')), kplane::ConfigError);
  EXPECT_THROW((void)server.issue_client_certificate("ann", std::chrono::seconds::max()), kplane::ConfigError);
  EXPECT_THROW((void)LocalServer().issue_client_certificate("ann"), kplane::ConfigError);
}

}  // namespace
