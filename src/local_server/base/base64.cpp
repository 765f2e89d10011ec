#include "local_server/base/base64.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace kplane::testing::server {
namespace {

const unsigned char* data_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* data_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string base64(std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a NUL at the end
  const int length = EVP_EncodeBlock(data_of(encoded), data_of(bytes), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return encoded;
}

std::string base64_url(std::string_view bytes) {
  std::string encoded = base64(bytes);
  encoded.erase(std::min(encoded.find('='), encoded.size()));
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

std::string from_base64(std::string_view text) {
  std::string decoded(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(data_of(decoded), data_of(text), static_cast<int>(text.size()));
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  decoded.resize(static_cast<std::size_t>(std::max(length, 0)));
  decoded.resize(decoded.size() - std::min(decoded.size(), padding));
  return decoded;
}

}  // namespace kplane::testing::server
