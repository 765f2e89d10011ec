// The HTTP(S) front end: a loopback port, a thread for each connection, and one function that answers requests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "local_server/base/answer.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/openssl_handles.hpp"

namespace kplane::testing::server {

struct HttpRequest {
  std::string method{};
  std::string target{};  ///< path and query as received, still percent-encoded
  std::optional<std::string> authorization{};
  std::string content_type{};
  std::string user_agent{};
  std::string accept{};
  std::multimap<std::string, std::string> impersonation{};  ///< `Impersonate-…`, by the rest of the name in lower case
  std::string body{};
  CredentialStatus client_certificate = CredentialStatus::anonymous;
};

struct HttpReply {
  Answer answer{};
  std::optional<std::size_t> cut_after{};  ///< sends this many bytes of the body, fewer than declared, and closes
  bool cut = false;                        ///< sends nothing, and closes
};

/// Serves from construction to stop(), except between stop_listening() and start(). Connections are kept alive; idle
/// ones cost a sleeping thread but no CPU time. Thread safety: every member may be called from any thread but those
/// that answer requests, which must not call these three.
class HttpFront {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  /// @param port 0: a free one. @param tls nullptr: plain HTTP
  /// @param max_connections that are served at the same time. For another one, an idle connection is closed, or one
  /// whose client has sent a part of a request, or not taken an answer, for as long as `patience`; while there is none,
  /// it waits
  /// @throws std::runtime_error that names the port when it cannot be bound.
  HttpFront(std::uint16_t port, TlsContextPtr tls, Handler handler, std::size_t max_connections = 2000,
            std::chrono::milliseconds patience = std::chrono::seconds{5});
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connection_count() const noexcept;
  /// Closes the port and all connections, and joins all threads. Idempotent.
  void stop();
  /// The same, but keeps the port reserved: connections to it are refused. Does nothing when it is not serving.
  /// @throws std::runtime_error when another program takes the port meanwhile.
  void stop_listening();
  /// Serves again after stop_listening(). Does nothing when it is serving.
  void start();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kplane::testing::server
