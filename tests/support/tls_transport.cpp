// OpenSSL between two buffers; the socket is read and written here.
#include "support/tls_transport.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>

#include "support/loopback.hpp"

namespace kplane::tests {

TlsTransport::TlsTransport(SSL_CTX& context, int socket, int version)
    : socket_(socket), session_(SSL_new(&context)), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
  if (!session_ || in_ == nullptr || out_ == nullptr) {
    BIO_free(in_);
    BIO_free(out_);
    throw std::bad_alloc();
  }
  SSL_set_bio(session_.get(), in_, out_);  // which takes them
  SSL_set_max_proto_version(session_.get(), version);
}

bool TlsTransport::flush() {
  std::array<char, 4096> piece;
  int size = 0;
  while ((size = BIO_read(out_, piece.data(), static_cast<int>(piece.size()))) > 0) {
    const std::size_t sent = std::min(static_cast<std::size_t>(size), left_);
    left_ -= sent;
    if (!send_all(socket_, {piece.data(), sent}) || sent < static_cast<std::size_t>(size)) return false;
  }
  return true;
}

bool TlsTransport::fill() {
  std::array<char, 4096> piece;
  const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
  return size > 0 && BIO_write(in_, piece.data(), static_cast<int>(size)) == size;
}

TlsTransport::Handshake TlsTransport::accept(std::size_t most) {
  ERR_clear_error();  // for SSL_get_error()
  left_ = most;
  for (;;) {
    const int result = SSL_accept(session_.get());
    const bool wants_more = SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ;
    if (!flush()) return left_ == 0 ? Handshake::cut : Handshake::refused;
    if (result == 1) break;
    if (!wants_more || !fill()) return Handshake::refused;
  }
  left_ = std::numeric_limits<std::size_t>::max();
  return Handshake::done;
}

bool TlsTransport::renegotiate() {
  if (SSL_renegotiate(session_.get()) != 1 || SSL_do_handshake(session_.get()) != 1 || !flush()) return false;
  while (SSL_renegotiate_pending(session_.get()) == 1) {
    char none = 0;
    const int result = SSL_peek(session_.get(), &none, 1);
    const bool wants_more = SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ;
    if (!flush() || !wants_more) return false;
    if (SSL_renegotiate_pending(session_.get()) == 1 && !fill()) return false;
  }
  return true;
}

void TlsTransport::end() {
  if (SSL_shutdown(session_.get()) >= 0) static_cast<void>(flush());
}

std::size_t TlsTransport::receive(char* to, std::size_t size) {
  for (;;) {
    const int result = SSL_read(session_.get(), to, static_cast<int>(size));
    const bool wants_more = SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ;
    if (!flush()) return 0;
    if (result > 0) return static_cast<std::size_t>(result);
    if (!wants_more || !fill()) return 0;
  }
}

bool TlsTransport::send(std::string_view bytes) {
  return bytes.empty() || (SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0 && flush());
}

}  // namespace kplane::tests
