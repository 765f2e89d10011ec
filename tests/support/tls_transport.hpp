// TlsTransport: TLS whose every byte on the wire a test decides.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>

#include "support/raw_server.hpp"

namespace kplane::tests {

/// The server's side of a connection. Thread safety: none.
class TlsTransport final : public Transport {
 public:
  enum class Handshake {
    done,
    refused,  ///< by the client, or it is gone
    cut,      ///< the server's bytes were more than `most`, of which it has sent that many
  };

  /// @param version the newest that is offered, such as TLS1_2_VERSION. @throws std::bad_alloc
  TlsTransport(SSL_CTX& context, int socket, int version);

  /// Blocks until it is over.
  /// @param most bytes that the server may send
  [[nodiscard]] Handshake accept(std::size_t most = std::numeric_limits<std::size_t>::max());
  /// Asks the client for another handshake, and blocks until it is over. @return whether it was done
  [[nodiscard]] bool renegotiate();

  /// Tells the client that nothing more follows.
  void end();

  std::size_t receive(char* to, std::size_t size) override;
  bool send(std::string_view bytes) override;

 private:
  struct Free {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  /// What TLS has to say. @return false when the client is gone, or it was more than may be sent
  bool flush();
  /// Blocks until the client has said something. @return false when it closed the connection
  bool fill();

  const int socket_;
  const std::unique_ptr<SSL, Free> session_;
  BIO* const in_;
  BIO* const out_;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace kplane::tests
