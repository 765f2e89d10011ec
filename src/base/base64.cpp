// Decodes with OpenSSL, after checking what OpenSSL is too lenient about.
#include "base/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>

#include <kplane/error.hpp>

namespace kplane::detail {

namespace {

constexpr std::size_t group = 4;
constexpr std::size_t largest = std::numeric_limits<int>::max() / 2;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) noexcept { return reinterpret_cast<unsigned char*>(text.data()); }

std::string without_blanks(std::string_view text) {
  std::string packed;
  packed.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(packed),
               [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  return packed;
}

/// OpenSSL accepts `=` anywhere near the end as zero bits.
bool is_padded_properly(std::string_view packed) {
  const std::size_t first = packed.find('=');
  if (first == std::string_view::npos) return true;
  return packed.size() - first <= 2 && packed.find_first_not_of('=', first) == std::string_view::npos;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  if (bytes.size() > largest) throw ConfigError("too long to be encoded");
  std::string text((bytes.size() + 2) / 3 * group + 1, '\0');
  const int size = EVP_EncodeBlock(bytes_of(text), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  const std::string packed = without_blanks(text);
  if (packed.size() % group != 0 || packed.size() > largest || !is_padded_properly(packed)) return std::nullopt;
  if (packed.find('-') != std::string::npos) return std::nullopt;  // OpenSSL takes it as the end of the data
  std::string bytes(packed.size() / group * 3, '\0');
  const int size =
      EVP_DecodeBlock(bytes_of(bytes), bytes_of(std::string_view(packed)), static_cast<int>(packed.size()));
  if (size < 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::count(packed.begin(), packed.end(), '='));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace kplane::detail
