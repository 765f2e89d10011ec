// OpenSSL's own messages are discarded: they may quote the text.
#include "auth/pem.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "base/file.hpp"

namespace kplane::auth {

namespace {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, Free>;
using CertificatePtr = std::unique_ptr<X509, Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;

/// Restores the thread's OpenSSL error queue, which other code uses too.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  ErrorMark(ErrorMark&&) = delete;
  ErrorMark& operator=(ErrorMark&&) = delete;
  ~ErrorMark() { ERR_pop_to_mark(); }
};

BioPtr reader(const std::string& pem) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw ConfigError("a PEM text is too long");
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

bool reached_end() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/// Called when a key needs a passphrase; records that and provides none.
int note_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) noexcept {
  *static_cast<bool*>(asked) = true;
  return -1;
}

/// At least one.
std::vector<CertificatePtr> read_certificates(const std::string& pem, const Origin& origin) {
  const BioPtr bio = reader(pem);
  std::vector<CertificatePtr> found;
  bool passphrase = false;
  for (;;) {
    CertificatePtr next(PEM_read_bio_X509(bio.get(), nullptr, &note_passphrase, &passphrase));
    if (!next) break;
    found.push_back(std::move(next));
  }
  if (found.empty()) throw ConfigError(origin + " contains no PEM certificate");
  if (!reached_end()) throw ConfigError(origin + " contains a malformed certificate");
  return found;
}

KeyPtr read_key(const std::string& pem, const Origin& origin) {
  const BioPtr bio = reader(pem);
  bool passphrase = false;
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &note_passphrase, &passphrase));
  if (passphrase) throw ConfigError(origin + " is encrypted with a passphrase; decrypt it first");
  if (!key) throw ConfigError(origin + " contains no PEM private key");
  return key;
}

}  // namespace

void check_certificates(const std::string& pem, const Origin& origin) {
  const ErrorMark mark;
  static_cast<void>(read_certificates(pem, origin));
}

std::string certificates_of(const std::string& pem, const Origin& origin) {
  const ErrorMark mark;
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out) throw std::bad_alloc();
  for (const CertificatePtr& certificate : read_certificates(pem, origin)) {
    if (PEM_write_bio_X509(out.get(), certificate.get()) != 1) throw std::bad_alloc();
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string read_certificate_file(const std::string& path, const Origin& origin) {
  constexpr std::size_t most_bytes = std::size_t{16} * 1024 * 1024;
  return detail::read_file(path, most_bytes, origin);
}

void check_key_pair(const std::string& certificate_pem, const Origin& certificate_origin, const std::string& key_pem,
                    const Origin& key_origin) {
  const ErrorMark mark;
  const std::vector<CertificatePtr> certificates = read_certificates(certificate_pem, certificate_origin);
  const KeyPtr key = read_key(key_pem, key_origin);
  if (X509_check_private_key(certificates.front().get(), key.get()) == 1) return;
  throw ConfigError(key_origin + " does not belong to the certificate of " + certificate_origin);
}

}  // namespace kplane::auth
