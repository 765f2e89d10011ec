// A pointer is checked once and never copied: the hot path compares it with the raw text.
#include "json/json_pointer.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include <kplane/error.hpp>

namespace kplane::json {

namespace {

constexpr std::size_t deepest_pointer = 1'000;  // simdjson's on-demand parser must not descend below 1,024 levels

/// The next character of a token, unescaped.
char take_character(std::string_view& token) noexcept {
  const char c = token.front();
  if (c != '~') {
    token.remove_prefix(1);
    return c;
  }
  const char code = token[1];
  token.remove_prefix(2);
  return code == '0' ? '~' : '/';
}

bool has_valid_escapes(std::string_view pointer) noexcept {
  for (std::size_t at = pointer.find('~'); at != std::string_view::npos; at = pointer.find('~', at + 1)) {
    const char code = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
    if (code != '0' && code != '1') return false;
  }
  return true;
}

}  // namespace

PointerToken::Match PointerToken::match(const char* raw_name) const noexcept {
  std::string_view token = raw_;
  for (; !token.empty(); ++raw_name) {
    const char expected = take_character(token);
    if (*raw_name == '\\') return Match::escaped;
    if (*raw_name == '"' || *raw_name != expected) return Match::no;
  }
  if (*raw_name == '\\') return Match::escaped;
  return *raw_name == '"' ? Match::yes : Match::no;
}

bool PointerToken::names(std::string_view name) const noexcept {
  std::string_view token = raw_;
  for (const char c : name) {
    if (token.empty() || take_character(token) != c) return false;
  }
  return token.empty();
}

std::string PointerToken::name() const {
  std::string name;
  for (std::string_view token = raw_; !token.empty();) name += take_character(token);
  return name;
}

std::optional<std::size_t> PointerToken::index() const noexcept {
  constexpr std::size_t most_digits = 9;
  if (raw_.empty() || raw_.size() > most_digits || (raw_.size() > 1 && raw_.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  for (const char c : raw_) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

JsonPointer::JsonPointer(std::string_view text) : rest_(text) {
  if ((!text.empty() && text.front() != '/') || !has_valid_escapes(text)) {
    throw ConfigError("'" + std::string(text) + "' is not a JSON pointer such as /status/phase (RFC 6901)");
  }
  if (text.size() > deepest_pointer && std::count(text.begin(), text.end(), '/') > std::ptrdiff_t{deepest_pointer}) {
    throw ConfigError("a JSON pointer must not be more than " + std::to_string(deepest_pointer) + " levels deep");
  }
}

PointerToken JsonPointer::take() noexcept {
  const std::size_t end = std::min(rest_.find('/', 1), rest_.size());
  const PointerToken token(rest_.substr(1, end - 1));
  rest_.remove_prefix(end);
  return token;
}

}  // namespace kplane::json
