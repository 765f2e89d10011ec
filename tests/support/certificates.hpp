// Certificates whose every detail a test decides, and the authority that issues them.
#pragma once

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

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
  if (extension == nullptr) throw std::invalid_argument("a certificate cannot have " + value);
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
  explicit Authority(Wanted wanted = {}) : key(make_curve_key()) {
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

/// For servers that present a certificate of that authority.
inline Context make_server_context(const Authority& authority, const Wanted& wanted) {
  const PrivateKey key(wanted.rsa_bits == 0 ? make_curve_key() : EVP_RSA_gen(static_cast<unsigned>(wanted.rsa_bits)));
  const Certificate certificate = make_certificate(key.get(), wanted);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority.certificate.get()));
  if (!wanted.alternative_name.empty()) {
    add_extension(certificate.get(), authority.certificate.get(), NID_subject_alt_name, wanted.alternative_name);
  }
  X509_sign(certificate.get(), authority.key.get(), wanted.digest);
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_max_proto_version(context.get(), wanted.newest_version);
  SSL_CTX_set_security_level(context.get(), 0);  // it is the client that is to refuse
  if (SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    throw std::runtime_error("OpenSSL does not take the certificate and its key");
  }
  return context;
}

}  // namespace kplane::tests
