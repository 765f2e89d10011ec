#include "local_server/net/certificate.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace kplane::testing::server {
namespace {

constexpr std::chrono::seconds kBackdated = std::chrono::hours(1);  // clocks of two machines may differ
constexpr std::chrono::seconds kCaLifetime = std::chrono::hours(24 * 365);

KeyPtr make_key() {
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr),
                                                                       EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  require_openssl(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1 &&
                      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1 &&
                      EVP_PKEY_keygen(context.get(), &key) == 1,
                  "make a key");
  return KeyPtr(key);
}

void set_random_serial(X509* certificate) {
  std::uint64_t serial = 0;
  require_openssl(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "draw a serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U);
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  require_openssl(
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(common_name.size()), -1, 0) == 1,
      "name a certificate");
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require_openssl(extension != nullptr, "make a certificate extension");
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  require_openssl(added == 1, "add a certificate extension");
}

void set_validity(X509* certificate, std::chrono::seconds lifetime) {
  const std::chrono::seconds start = std::min(lifetime, std::chrono::seconds(0)) - kBackdated;
  require_openssl(X509_gmtime_adj(X509_getm_notBefore(certificate), static_cast<long>(start.count())) != nullptr &&
                      X509_gmtime_adj(X509_getm_notAfter(certificate), static_cast<long>(lifetime.count())) != nullptr,
                  "set the validity of a certificate");
}

CertificatePtr make_unsigned(EVP_PKEY* key, const std::string& common_name, std::chrono::seconds lifetime) {
  CertificatePtr certificate(X509_new());
  require_openssl(certificate != nullptr, "make a certificate");
  constexpr long kVersion3 = 2;
  X509_set_version(certificate.get(), kVersion3);
  set_random_serial(certificate.get());
  set_validity(certificate.get(), lifetime);
  set_name(X509_get_subject_name(certificate.get()), common_name);
  require_openssl(X509_set_pubkey(certificate.get(), key) == 1, "set a public key");
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  require_openssl(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "name an issuer");
  require_openssl(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "sign a certificate");
}

CertificatePtr make_ca(EVP_PKEY* key) {
  CertificatePtr ca = make_unsigned(key, "kplane-local CA", kCaLifetime);
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  sign(ca.get(), ca.get(), key);
  return ca;
}

CertificatePtr make_leaf(const CertificateRequest& request, EVP_PKEY* key, const KeyPair& ca) {
  CertificatePtr leaf = make_unsigned(key, request.common_name, request.lifetime);
  X509* issuer = ca.certificate.get();
  add_extension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(leaf.get(), issuer, NID_ext_key_usage, request.usage.c_str());
  if (!request.addresses.empty()) add_extension(leaf.get(), issuer, NID_subject_alt_name, request.addresses.c_str());
  add_extension(leaf.get(), issuer, NID_authority_key_identifier, "keyid");
  sign(leaf.get(), issuer, ca.key.get());
  return leaf;
}

/// The text that `write` writes into OpenSSL's memory.
template <class Write>
std::string written_text(const Write& write, const char* what) {
  BIO* memory = BIO_new(BIO_s_mem());
  require_openssl(memory != nullptr, "allocate memory");
  const bool written = write(memory) == 1;
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text = written ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
  BIO_free(memory);
  require_openssl(written, what);
  return text;
}

}  // namespace

CertificateAuthority::CertificateAuthority() : own_{make_key(), nullptr} {
  own_.certificate = make_ca(own_.key.get());
  pem_ = pem_of(own_.certificate.get());
}

KeyPair CertificateAuthority::issue(const CertificateRequest& request) const {
  KeyPair issued{make_key(), nullptr};
  issued.certificate = make_leaf(request, issued.key.get(), own_);
  return issued;
}

std::string pem_of(X509* certificate) {
  return written_text([&](BIO* out) { return PEM_write_bio_X509(out, certificate); }, "write a certificate");
}

std::string pem_of(EVP_PKEY* key) {
  return written_text(
      [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); },
      "write a key");
}

}  // namespace kplane::testing::server
