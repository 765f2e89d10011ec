#include "cli/output/json_output.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ostream>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

namespace kplane::cli {

namespace {

constexpr int usual_indentation = 2;

struct CodeRange {
  unsigned int first;
  unsigned int last;
};

/// Characters that JSON need not escape.
constexpr std::array<CodeRange, 7> escaped_ranges = {{
    {0x7f, 0x9f},      // DEL and C1
    {0x61c, 0x61c},    // Arabic letter mark
    {0x200e, 0x200f},  // marks of direction
    {0x2028, 0x202e},  // line and paragraph ends, embeddings
    {0x2066, 0x2069},  // isolates
    {0xfeff, 0xfeff},  // byte order mark
    {0xfffe, 0xffff},  // no characters
}};

struct Character {
  unsigned int code = 0;
  std::size_t size = 1;
};

/// @param text well-formed UTF-8
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  Character character;
  character.size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  character.code = character.size == 1 ? lead : lead & (0x7fU >> character.size);
  for (std::size_t i = 1; i < character.size; ++i)
    character.code = character.code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return character;
}

bool is_escaped(unsigned int code) noexcept {
  return std::any_of(escaped_ranges.begin(), escaped_ranges.end(),
                     [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

void append_escape(std::string& text, unsigned int code) {
  constexpr std::string_view digits = "0123456789abcdef";
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[code >> static_cast<unsigned int>(shift) & 0xfU];
}

}  // namespace

std::string json_text(const Json& value, int indentation) {
  const std::string plain = value.dump(indentation, ' ', false, Json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size());
  for (std::size_t at = 0; at < plain.size();) {
    const std::string_view rest = std::string_view(plain).substr(at);
    const Character next = first_character(rest);
    if (is_escaped(next.code)) {
      append_escape(text, next.code);
    } else {
      text += rest.substr(0, next.size);
    }
    at += next.size;
  }
  return text;
}

void print_json(std::ostream& out, const Json& value) { out << json_text(value, usual_indentation) << '\n'; }

void print_json_line(std::ostream& out, const Json& value) { out << json_text(value) << '\n'; }

Json parse_ordered(std::string_view text) {
  kplane::detail::check_json_depth(text);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw DecodeError("not JSON", error.byte);
  } catch (const Json::out_of_range&) {
    throw DecodeError("JSON holds a number beyond the range of double", 0);
  }
}

}  // namespace kplane::cli
