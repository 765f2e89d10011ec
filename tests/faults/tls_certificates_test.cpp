// Certificates that a client must not take: each is refused with an error of its own before anything is sent.
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include <kplane/kplane.hpp>

#include "support/clients.hpp"

namespace kplane::tests {
namespace {

using ::testing::HasSubstr;

template <class Object, void (*Free)(Object*)>
struct Deleter {
  void operator()(Object* object) const noexcept { Free(object); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX, SSL_CTX_free>>;

constexpr long hour = 3600;

/// Not EVP_EC_gen(): the macro casts const away.
EVP_PKEY* make_curve_key() { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); }

struct Wanted {
  std::string common_name = "localhost";
  std::string alternative_name = "IP:127.0.0.1";
  long from = -hour;
  long until = hour;
  int rsa_bits = 0;  ///< none: a key on a curve
  const EVP_MD* digest = EVP_sha256();
};

void add_extension(X509* to, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  ASSERT_NE(extension, nullptr);
  X509_add_ext(to, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const Wanted& wanted) {
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

/// Makes one handshake after another with a certificate, and notes whether a byte of a request ever came.
class CertificateServer {
 public:
  CertificateServer(const Authority& authority, const Wanted& wanted)
      : key_(wanted.rsa_bits == 0 ? make_curve_key() : EVP_RSA_gen(static_cast<unsigned>(wanted.rsa_bits))),
        certificate_(make_certificate(key_.get(), wanted)),
        context_(SSL_CTX_new(TLS_server_method())),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(authority.certificate.get()));
    if (!wanted.alternative_name.empty()) {
      add_extension(certificate_.get(), authority.certificate.get(), NID_subject_alt_name, wanted.alternative_name);
    }
    X509_sign(certificate_.get(), authority.key.get(), wanted.digest);
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
  CertificateServer(const CertificateServer&) = delete;
  CertificateServer& operator=(const CertificateServer&) = delete;
  ~CertificateServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
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
      if (SSL_accept(session) == 1) answer(session);
      SSL_free(session);
      ::close(socket);
    }
  }

  static void answer(SSL* session) {
    char request[4096];
    if (SSL_read(session, request, sizeof request) <= 0) return;
    const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    SSL_write(session, reply.data(), static_cast<int>(reply.size()));
    SSL_shutdown(session);
  }

  PrivateKey key_;
  Certificate certificate_;
  Context context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class Certificates : public ::testing::Test {
 protected:
  [[nodiscard]] bool is_ready(const Wanted& wanted) const {
    const CertificateServer server(authority_, wanted);
    ClientOptions options = without_retries();
    options.ca_pem = authority_.pem();
    return Client(server.base_url(), options).is_ready();
  }

  template <class Refusal>
  void expect_refused(const Wanted& wanted) const {
    try {
      (void)is_ready(wanted);
      ADD_FAILURE() << "it was taken";
    } catch (const Refusal& error) {
      EXPECT_FALSE(error.retryable());
      EXPECT_THAT(error.what(), HasSubstr("ertificate"));
    }
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
