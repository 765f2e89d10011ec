#include "cli/output/shown.hpp"

#include <kplane/error.hpp>

namespace kplane::cli {

namespace {

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::string shown(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else {
      line += c;
    }
  }
  return shown_lines(line);
}

// The library's rules for what is safe to print, which leave line feeds and tabs.
std::string shown_lines(std::string_view text) { return Error(std::string(text)).what(); }

std::string shown(std::string_view text, std::size_t most) {
  constexpr std::string_view ellipsis = "…";
  std::string line = shown(text.substr(0, most + 1));
  if (line.size() <= most && text.size() <= most) return line;
  std::size_t end = most - ellipsis.size();
  while (end > 0 && is_continuation(line[end])) --end;
  return line.substr(0, end).append(ellipsis);
}

std::string joined(const std::vector<std::string>& words, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) text.append(i > 0 ? ", " : "").append(words[i]);
  if (words.size() > most) text += " and " + std::to_string(words.size() - most) + " more";
  return text;
}

std::string wrapped(std::string_view text, std::size_t indentation, std::size_t width) {
  constexpr std::size_t least = 20;  // columns that are worth breaking lines for
  if (width < indentation + least) return std::string(text);
  const std::size_t most = width - indentation;
  std::string lines;
  while (text.size() > most) {
    const std::size_t blank = text.rfind(' ', most);
    const std::size_t end = blank == std::string_view::npos || blank == 0 ? text.find(' ') : blank;
    if (end == std::string_view::npos) break;
    lines.append(text.substr(0, end)).append("\n").append(indentation, ' ');
    text.remove_prefix(end + 1);
  }
  return lines.append(text);
}

}  // namespace kplane::cli
