// A TLS server whose certificate, and whose every step after the handshake, a test decides.
#pragma once

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace kplane::tests {

template <class Object, void (*Free)(Object*)>
struct Deleter {
  void operator()(Object* object) const noexcept { Free(object); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX, SSL_CTX_free>>;

constexpr long hour = 3600;

/// Not EVP_EC_gen(): the macro casts const away.
inline EVP_PKEY* make_curve_key() { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); }

struct Wanted {
  std::string common_name = "localhost";
  std::string alternative_name = "IP:127.0.0.1";
  long from = -hour;
  long until = hour;
  int rsa_bits = 0;  ///< none: a key on a curve
  const EVP_MD* digest = EVP_sha256();
  int newest_version = TLS1_3_VERSION;
};

inline void add_extension(X509* to, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  ASSERT_NE(extension, nullptr);
  X509_add_ext(to, extension, -1);
  X509_EXTENSION_free(extension);
}

inline Certificate make_certificate(EVP_PKEY* key, const Wanted& wanted) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wanted.from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wanted.until);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wanted.common_name.c_str()), -1, -1, 0);
  return certificate;
}

struct Authority {
  Authority() : key(make_curve_key()) {
    Wanted wanted;
    wanted.common_name = "authority";
    certificate = make_certificate(key.get(), wanted);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  }

  [[nodiscard]] std::string pem() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), certificate.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

  PrivateKey key;
  Certificate certificate;
};

/// Answers one connection after the other.
class TlsServer {
 public:
  /// Reads a request and answers it. The connection is closed afterwards.
  using Script = std::function<void(SSL* session)>;

  TlsServer(const Authority& authority, const Wanted& wanted, Script script = &TlsServer::answer)
      : script_(std::move(script)),
        key_(wanted.rsa_bits == 0 ? make_curve_key() : EVP_RSA_gen(static_cast<unsigned>(wanted.rsa_bits))),
        certificate_(make_certificate(key_.get(), wanted)),
        context_(SSL_CTX_new(TLS_server_method())),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(authority.certificate.get()));
    if (!wanted.alternative_name.empty()) {
      add_extension(certificate_.get(), authority.certificate.get(), NID_subject_alt_name, wanted.alternative_name);
    }
    X509_sign(certificate_.get(), authority.key.get(), wanted.digest);
    SSL_CTX_set_max_proto_version(context_.get(), wanted.newest_version);
    SSL_CTX_set_security_level(context_.get(), 0);  // it is the client that is to refuse
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate_.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key_.get()), 1);
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
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

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
  void serve() const {
    sigset_t pipe;  // OpenSSL writes to clients that are gone
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
         socket = ::accept(listener_, nullptr, nullptr)) {
      SSL* session = SSL_new(context_.get());
      SSL_set_fd(session, socket);
      if (SSL_accept(session) == 1) script_(session);
      SSL_free(session);
      ::close(socket);
    }
  }

  const Script script_;
  PrivateKey key_;
  Certificate certificate_;
  Context context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace kplane::tests
