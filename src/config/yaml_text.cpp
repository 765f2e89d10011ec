// Byte by byte and line by line.
#include "config/yaml_text.hpp"

#include <algorithm>

namespace kplane::config {

namespace {

/// What the first byte of a character of two to four bytes demands of the second.
struct Lead {
  std::size_t size;
  unsigned char from;
  unsigned char to;
};

// Narrower where a character could also be written shorter, is a surrogate, or lies beyond the last one.
std::optional<Lead> lead_of(unsigned char c) {
  if (c >= 0xc2 && c <= 0xdf) return Lead{2, 0x80, 0xbf};
  if (c == 0xe0) return Lead{3, 0xa0, 0xbf};
  if (c == 0xed) return Lead{3, 0x80, 0x9f};
  if (c >= 0xe1 && c <= 0xef) return Lead{3, 0x80, 0xbf};
  if (c == 0xf0) return Lead{4, 0x90, 0xbf};
  if (c == 0xf4) return Lead{4, 0x80, 0x8f};
  if (c >= 0xf1 && c <= 0xf3) return Lead{4, 0x80, 0xbf};
  return std::nullopt;
}

/// The size of the character at the start of the text; 0 when it is not UTF-8.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const auto lead = lead_of(byte(0));
  if (!lead || text.size() < lead->size || byte(1) < lead->from || byte(1) > lead->to) return 0;
  for (std::size_t i = 2; i < lead->size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return lead->size;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

bool is_marker(std::string_view line, std::string_view marker) {
  if (line.substr(0, marker.size()) != marker) return false;
  return line.size() == marker.size() || std::string_view(" \t\r").find(line[marker.size()]) != std::string_view::npos;
}

/// Whether the line says nothing: blank, a comment, or a directive, which only counts outside of documents.
bool is_silent(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#' || line[0] == '%';
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_end = before.rfind('\n');
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return {static_cast<std::size_t>(lines), line_end == std::string_view::npos ? offset : offset - line_end - 1};
}

std::optional<TextFlaw> find_flaw(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_control(text[i])) return TextFlaw{i, "a control character"};
    const std::size_t size = character_size(text.substr(i));
    if (size == 0) return TextFlaw{i, "a byte that is not UTF-8"};
    i += size;
  }
  return std::nullopt;
}

std::vector<std::size_t> document_lines(std::string_view text) {
  std::vector<std::size_t> starts;
  bool is_inside = false;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    const bool is_start = is_marker(line, "---");
    if (is_marker(line, "...")) {
      if (starts.empty()) starts.push_back(number);  // the end of an empty document
      is_inside = false;
    } else if (is_start || (!is_inside && !is_silent(line))) {
      starts.push_back(number);
      is_inside = true;
    }
  }
  return starts;
}

}  // namespace kplane::config
