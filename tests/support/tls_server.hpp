// A TLS server whose certificate, and whose every step after the handshake, a test decides.
#pragma once

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "support/certificates.hpp"

namespace kplane::tests {

/// Answers one connection after the other.
class TlsServer {
 public:
  /// Reads a request and answers it. The connection is closed afterwards.
  using Script = std::function<void(SSL* session)>;

  TlsServer(const Authority& authority, const Wanted& wanted, Script script = &TlsServer::answer)
      : script_(std::move(script)),
        context_(make_server_context(authority, wanted)),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() {
    finish();
    ::close(listener_);
  }

  /// Waits for the end of the connection that it has; there will be no other.
  void finish() {
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }

  /// Whether a client has sent anything after a handshake.
  [[nodiscard]] bool has_been_asked() const noexcept { return has_been_asked_; }

  static void answer(SSL* session) {
    if (!read_request(session)) return;
    write(session, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    SSL_shutdown(session);
  }
  /// @return whether one came
  static bool read_request(SSL* session) {
    char request[4096];
    return SSL_read(session, request, sizeof request) > 0;
  }
  static void write(SSL* session, const std::string& text) {
    SSL_write(session, text.data(), static_cast<int>(text.size()));
  }

  [[nodiscard]] std::string base_url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve() {
    sigset_t pipe;  // OpenSSL writes to clients that are gone
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
         socket = ::accept(listener_, nullptr, nullptr)) {
      SSL* session = SSL_new(context_.get());
      SSL_set_fd(session, socket);
      if (SSL_accept(session) == 1) {
        char first = 0;
        if (SSL_peek(session, &first, 1) == 1) has_been_asked_ = true;
        script_(session);
      }
      SSL_free(session);
      ::close(socket);
    }
  }

  const Script script_;
  Context context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> has_been_asked_{false};
  std::thread thread_;
};

}  // namespace kplane::tests
