// A credential is matched character by character against every encoding of each character; its base64 forms are treated
// as further credentials.
#include "base/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/base64.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t shortest_secret = 8;  // asterisks in place of a shorter one would reveal where it occurs
// A server may truncate what it quotes.
constexpr std::size_t shortest_part = 24;
constexpr std::size_t not_hex = 16;

std::size_t hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::size_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::size_t>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<std::size_t>(c - 'A') + 10;
  return not_hex;
}

/// Whether `text` begins with these hexadecimal digits of `c`.
bool begins_with_hex(std::string_view text, std::size_t digits, char c) noexcept {
  if (text.size() < digits) return false;
  std::size_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::size_t digit = hex_value(text[i]);
    if (digit == not_hex) return false;
    value = value * 16 + digit;
  }
  return value == static_cast<unsigned char>(c);
}

/// `\c`, `\u0063` and `\x63`, with any number of backslashes, for text escaped more than once.
std::size_t backslashed(std::string_view text, char c) noexcept {
  constexpr std::size_t most_backslashes = 16;
  const std::size_t run = text.substr(0, most_backslashes + 1).find_first_not_of('\\');
  if (run == 0 || run == std::string_view::npos) return 0;
  const std::string_view rest = text.substr(run);
  if (rest.front() == 'u' && begins_with_hex(rest.substr(1), 4, c)) return run + 5;
  if (rest.front() == 'x' && begins_with_hex(rest.substr(1), 2, c)) return run + 3;
  return rest.front() == c ? run + 1 : 0;
}

/// `%63`, also `%2563`.
std::size_t percent_encoded(std::string_view text, char c) noexcept {
  const std::size_t mark = text.substr(0, 3) == "%25" ? 3 : 1;
  if (text.front() != '%') return 0;
  if (begins_with_hex(text.substr(mark), 2, c)) return mark + 2;
  return begins_with_hex(text.substr(1), 2, c) ? 3 : 0;
}

/// `&#99;` and `&#x63;`.
std::size_t html_encoded(std::string_view text, char c) noexcept {
  if (text.substr(0, 2) != "&#") return 0;
  const std::size_t end = text.substr(0, 10).find(';');
  if (end == std::string_view::npos || end < 3) return 0;
  const bool is_hex = text[2] == 'x' || text[2] == 'X';
  std::size_t value = 0;
  for (std::size_t i = is_hex ? 3 : 2; i < end; ++i) {
    const std::size_t digit = hex_value(text[i]);
    if (digit >= (is_hex ? 16U : 10U)) return 0;
    value = value * (is_hex ? 16 : 10) + digit;
  }
  return value == static_cast<unsigned char>(c) ? end + 1 : 0;
}

/// How many bytes at the beginning of `text` encode the character; 0: none.
std::size_t spelling(std::string_view text, char c) noexcept {
  if (text.empty()) return 0;
  switch (text.front()) {
    case '\\':
      if (const std::size_t size = backslashed(text, c)) return size;
      break;
    case '%':
      if (const std::size_t size = percent_encoded(text, c)) return size;
      break;
    case '&':
      if (const std::size_t size = html_encoded(text, c)) return size;
      break;
    default:
      break;
  }
  return text.front() == c ? 1 : 0;
}

/// How many bytes at the beginning of `text` encode the secret, or too much of it to be shown.
std::size_t spelled_secret(std::string_view text, std::string_view secret) noexcept {
  std::size_t end = 0;
  std::size_t known = 0;
  while (known < secret.size()) {
    const std::size_t size = spelling(text.substr(end), secret[known]);
    if (size == 0) break;
    end += size;
    ++known;
  }
  return known == secret.size() || known >= shortest_part ? end : 0;
}

bool is_credential_char(char c) noexcept {
  constexpr std::string_view punctuation = "-._~+/=";  // RFC 6750 §2.1
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && (std::isalnum(byte) != 0 || punctuation.find(c) != std::string_view::npos);
}

std::size_t credential_size(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_credential_char) - text.begin());
}

void blot_part(std::string& text, std::size_t begin, std::size_t size) noexcept {
  std::fill_n(text.begin() + static_cast<std::string::difference_type>(begin), size, '*');
}

/// RFC 7519: three parts, the first a base64-encoded object.
void blot_web_tokens(std::string& text) noexcept {
  constexpr std::string_view begin = "eyJ";
  std::size_t size = 0;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + size)) {
    const std::string_view rest = std::string_view(text).substr(at);
    size = credential_size(rest);
    if (size >= shortest_part && rest.substr(0, size).find('.') != std::string_view::npos) blot_part(text, at, size);
  }
}

/// Blots the credential after a scheme's name, as in a header. Plain words stay: `Bearer authentication is required`.
void blot_behind(std::string& text, std::string_view scheme) noexcept {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  auto from = text.begin();
  for (;;) {
    from = std::search(from, text.end(), scheme.begin(), scheme.end(), same);
    if (from == text.end()) return;
    from += static_cast<std::string::difference_type>(scheme.size());
    const auto at = static_cast<std::size_t>(from - text.begin());
    const std::string_view rest = std::string_view(text).substr(at);
    const std::string_view word = rest.substr(0, credential_size(rest));
    const bool has_digit = std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (word.size() >= shortest_secret && has_digit) blot_part(text, at, word.size());
  }
}

/// The part common to the base64 of any text that contains the secret: without the characters that also encode
/// neighbouring bytes.
std::string base64_within(std::string_view secret, std::size_t bytes_before) {
  const std::string text = encode_base64(std::string(bytes_before, '\0').append(secret));
  const std::size_t first = (bytes_before * 8 + 5) / 6;
  const std::size_t last = (bytes_before + secret.size()) * 8 / 6;
  return text.substr(first, last - first);
}

}  // namespace

void blot_out(char* text, std::size_t size, std::string_view secret) noexcept {
  if (secret.size() < shortest_secret) return;
  const std::array<char, 4> begins = {secret.front(), '\\', '%', '&'};
  const std::string_view whole(text, size);
  for (std::size_t at = 0; at < size; ++at) {
    if (std::find(begins.begin(), begins.end(), whole[at]) == begins.end()) continue;
    const std::size_t spelled = spelled_secret(whole.substr(at), secret);
    if (spelled == 0) continue;
    std::fill_n(text + at, spelled, '*');
    at += spelled - 1;
  }
}

void Secrets::add(std::string_view value) {
  if (value.size() < shortest_secret) return;
  values_.emplace_back(value);
  for (std::size_t before = 0; before < 3; ++before) {
    std::string form = base64_within(value, before);
    if (form.size() < shortest_secret) continue;
    values_.push_back(form);
    std::replace(form.begin(), form.end(), '+', '-');
    std::replace(form.begin(), form.end(), '/', '_');
    if (form != values_.back()) values_.push_back(std::move(form));
  }
}

void Secrets::blot(std::string& text) const noexcept {
  for (const std::string& value : values_) blot_out(text.data(), text.size(), value);
  blot_web_tokens(text);
  blot_behind(text, "bearer ");
  blot_behind(text, "basic ");
}

}  // namespace kplane::detail
