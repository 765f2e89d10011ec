// One header may contain several comma-separated warnings, each with a code, an agent, a quoted text and optionally a
// quoted date.
#include "http/warnings.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/shown_text.hpp"

namespace kplane::http {

namespace {

constexpr std::size_t most_texts = 16;
constexpr std::size_t longest_text = 1024;

void skip_blanks(std::string_view& rest) { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); }

std::string_view take_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t,\""));
  rest.remove_prefix(word.size());
  skip_blanks(rest);
  return word;
}

bool is_code(std::string_view word) noexcept {
  return word.size() == 3 && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes a quoted string and unquotes it; nullopt when there is none here, or it is unterminated.
std::optional<std::string> take_quoted(std::string_view& rest) {
  if (rest.empty() || rest.front() != '"') return std::nullopt;
  std::string text;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      skip_blanks(rest);
      return text;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    text += rest[i];
  }
  return std::nullopt;
}

/// @return false when the header has no further valid warning
bool take_warning(std::string_view& rest, const Secrets& secrets, std::vector<std::string>& texts) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t,"), rest.size()));
  if (!is_code(take_word(rest)) || take_word(rest).empty()) return false;
  std::optional<std::string> text = take_quoted(rest);
  if (!text) return false;
  texts.push_back(detail::shown_line(secrets.blotted(*std::move(text)), longest_text));
  static_cast<void>(take_quoted(rest));  // the date
  return true;
}

}  // namespace

std::vector<std::string> warning_texts(const Headers& headers, const Secrets& secrets) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : headers) {
    std::string_view rest = is_same_name(name, "Warning") ? std::string_view(value) : std::string_view();
    while (texts.size() < most_texts && take_warning(rest, secrets, texts)) {
    }
  }
  return texts;
}

}  // namespace kplane::http
