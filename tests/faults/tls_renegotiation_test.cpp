// Servers that negotiate TLS 1.2 anew within a connection, as some do to ask for a client's certificate.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/tls_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string body = state_body("a");

/// Sends half of an answer, asks the client for a handshake, and then does `rest`.
TlsServer::Script renegotiating(std::function<void(SSL* session)> rest) {
  return [rest = std::move(rest)](SSL* session) {
    if (!TlsServer::read_request(session)) return;
    TlsServer::write(session, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                                  std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body.substr(0, 5));
    ASSERT_EQ(SSL_renegotiate(session), 1);
    ASSERT_EQ(SSL_do_handshake(session), 1) << "only asks";
    rest(session);
  };
}

/// Reads until the handshake is over; the client has nothing else to say. @return whether it came to an end
bool finish_handshake(SSL* session) {
  const timeval patience{0, 10'000};
  ::setsockopt(SSL_get_fd(session), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (int i = 0; i < 1'000 && SSL_renegotiate_pending(session) == 1; ++i) {
    char none = 0;
    if (SSL_read(session, &none, 1) == 0) return false;
  }
  return SSL_renegotiate_pending(session) == 0;
}

class Renegotiation : public ::testing::Test {
 protected:
  [[nodiscard]] Snapshot state(const TlsServer& server, milliseconds timeout = std::chrono::seconds{20}) const {
    ClientOptions options = without_retries();
    options.ca_pem = authority_.pem();
    options.request_timeout = timeout;
    return Client(server.base_url(), options).plane("a").state();
  }

  const Authority authority_;
  const Wanted wanted_ = [] {
    Wanted wanted;
    wanted.newest_version = TLS1_2_VERSION;
    return wanted;
  }();
};

TEST_F(Renegotiation, WithinAnAnswerIsCarriedOut) {
  std::atomic<bool> is_over{false};
  const TlsServer server(authority_, wanted_, renegotiating([&](SSL* session) {
                           is_over = finish_handshake(session);
                           TlsServer::write(session, body.substr(5));
                           SSL_shutdown(session);
                         }));
  EXPECT_EQ(state(server).cluster, "a");
  EXPECT_TRUE(is_over);
}

TEST_F(Renegotiation, ThatTheServerBreaksOffIsARetryableError) {
  const TlsServer server(authority_, wanted_, renegotiating([](SSL*) {}));
  try {
    (void)state(server);
    ADD_FAILURE() << "half an answer was taken";
  } catch (const TransportError& error) {
    EXPECT_TRUE(error.retryable());
  }
}

TEST_F(Renegotiation, ThatTheServerDoesNotGoOnWithEndsByTheTimeout) {
  const TlsServer server(authority_, wanted_, renegotiating([](SSL* session) {
                           char piece[4096];
                           while (::recv(SSL_get_fd(session), piece, sizeof piece, 0) > 0) continue;
                         }));
  EXPECT_THROW((void)state(server, milliseconds{200}), TimeoutError);
}

// A server that wants a certificate for some paths only asks for it so.
TEST_F(Renegotiation, ForACertificateThatTheClientDoesNotHaveIsRefused) {
  const TlsServer server(authority_, wanted_, [](SSL* session) {
    if (!TlsServer::read_request(session)) return;
    const unsigned char id = 1;
    ASSERT_EQ(SSL_set_session_id_context(session, &id, 1), 1);  // OpenSSL requires it to verify anew
    SSL_set_verify(session, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    ASSERT_EQ(SSL_renegotiate(session), 1);
    ASSERT_EQ(SSL_do_handshake(session), 1) << "only asks";
    EXPECT_FALSE(finish_handshake(session));
  });
  try {
    (void)state(server);
    ADD_FAILURE() << "it was answered";
  } catch (const TransportError& error) {
    EXPECT_THAT(error.what(), HasSubstr("handshake failure"));
  }
}

}  // namespace
}  // namespace kplane::tests
