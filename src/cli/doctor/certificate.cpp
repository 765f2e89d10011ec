#include "cli/doctor/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <memory>
#include <utility>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

namespace {

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using BioPtr = std::unique_ptr<BIO, Free>;
using X509Ptr = std::unique_ptr<X509, Free>;

std::string name_text(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(time, &utc) != 1) return {};
  return wall_time(::timegm(&utc));
}

}  // namespace

std::vector<Certificate> read_certificates(std::string_view pem) {
  std::vector<Certificate> found;
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return found;
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return found;
  for (;;) {
    const X509Ptr next(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    found.push_back({name_text(X509_get_subject_name(next.get())), name_text(X509_get_issuer_name(next.get())),
                     time_of(X509_get0_notAfter(next.get()))});
  }
  ERR_clear_error();
  return found;
}

const Certificate* first_to_expire(const std::vector<Certificate>& certificates) {
  const auto first =
      std::min_element(certificates.begin(), certificates.end(),
                       [](const Certificate& a, const Certificate& b) { return a.not_after < b.not_after; });
  return first == certificates.end() ? nullptr : &*first;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string padded(text);
  while (!padded.empty() && padded.back() == '=') padded.pop_back();
  const std::size_t given = padded.size();
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - given % 4) % 4, '=');
  std::string decoded(padded.size() / 4 * 3, '\0');
  // OpenSSL's own type of byte.
  const auto* from = reinterpret_cast<const unsigned char*>(padded.data());
  auto* to = reinterpret_cast<unsigned char*>(decoded.data());
  if (given % 4 == 1 || padded.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      EVP_DecodeBlock(to, from, static_cast<int>(padded.size())) < 0) {
    ERR_clear_error();
    return std::nullopt;
  }
  decoded.resize(given * 3 / 4);
  return decoded;
}

std::optional<WallTime> token_expiry(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto claims = decode_base64(token.substr(first + 1, second - first - 1));
  if (!claims) return std::nullopt;
  const Json read = Json::parse(*claims, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  const auto expiry = read.find("exp");
  if (expiry == read.end() || !expiry->is_number()) return std::nullopt;
  constexpr double latest = 9e9;  // what a clock of nanoseconds can hold
  const auto seconds = expiry->get<double>();
  if (!(seconds >= 0 && seconds <= latest)) return std::nullopt;
  return std::chrono::system_clock::from_time_t(static_cast<std::time_t>(seconds));
}

}  // namespace kplane::cli
