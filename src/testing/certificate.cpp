// Making the CA and the server's certificate with OpenSSL.
#include "certificate.hpp"

#include <cstdint>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace kplane::testing::server {
namespace {

constexpr long kBackdatedSeconds = 60L * 60;  // clocks of two machines may differ
constexpr long kValidSeconds = 60L * 60 * 24 * 365;

void require(bool success, const char* what) {
  if (success) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("LocalServer: OpenSSL could not ") + what);
}

KeyPtr make_key() {
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr),
                                                                       EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  require(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1 &&
              EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1 &&
              EVP_PKEY_keygen(context.get(), &key) == 1,
          "make a key");
  return KeyPtr(key);
}

void set_random_serial(X509* certificate) {
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "draw a serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U);
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  require(
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(common_name.size()), -1, 0) == 1,
      "name a certificate");
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr, "make a certificate extension");
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  require(added == 1, "add a certificate extension");
}

CertificatePtr make_unsigned(EVP_PKEY* key, const std::string& common_name) {
  CertificatePtr certificate(X509_new());
  require(certificate != nullptr, "make a certificate");
  constexpr long kVersion3 = 2;
  X509_set_version(certificate.get(), kVersion3);
  set_random_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kBackdatedSeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kValidSeconds);
  set_name(X509_get_subject_name(certificate.get()), common_name);
  require(X509_set_pubkey(certificate.get(), key) == 1, "set a public key");
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "name an issuer");
  require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "sign a certificate");
}

CertificatePtr make_ca(EVP_PKEY* key) {
  CertificatePtr ca = make_unsigned(key, "kplane-local CA");
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  sign(ca.get(), ca.get(), key);
  return ca;
}

CertificatePtr make_leaf(EVP_PKEY* key, X509* ca, EVP_PKEY* ca_key) {
  CertificatePtr leaf = make_unsigned(key, "localhost");
  add_extension(leaf.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), ca, NID_key_usage, "critical,digitalSignature");
  add_extension(leaf.get(), ca, NID_ext_key_usage, "serverAuth");
  add_extension(leaf.get(), ca, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
  add_extension(leaf.get(), ca, NID_authority_key_identifier, "keyid");
  sign(leaf.get(), ca, ca_key);
  return leaf;
}

std::string pem_of(X509* certificate) {
  BIO* memory = BIO_new(BIO_s_mem());
  require(memory != nullptr, "allocate memory");
  const bool written = PEM_write_bio_X509(memory, certificate) == 1;
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string pem = written ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
  BIO_free(memory);
  require(written, "write a certificate");
  return pem;
}

}  // namespace

ServerCertificate make_server_certificate() {
  const KeyPtr ca_key = make_key();
  const CertificatePtr ca = make_ca(ca_key.get());
  ServerCertificate made;
  made.key = make_key();
  made.certificate = make_leaf(made.key.get(), ca.get(), ca_key.get());
  made.ca_pem = pem_of(ca.get());
  return made;
}

TlsContextPtr make_tls_context(const ServerCertificate& certificate) {
  TlsContextPtr context(SSL_CTX_new(TLS_server_method()));
  require(context != nullptr, "make a TLS context");
  require(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1, "require TLS 1.2");
  require(SSL_CTX_use_certificate(context.get(), certificate.certificate.get()) == 1, "use the certificate");
  require(SSL_CTX_use_PrivateKey(context.get(), certificate.key.get()) == 1, "use the key");
  return context;
}

}  // namespace kplane::testing::server
