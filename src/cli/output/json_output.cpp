#include "cli/output/json_output.hpp"

#include <array>
#include <cstddef>
#include <ostream>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

namespace kplane::cli {

namespace {

constexpr int usual_indentation = 2;

/// Characters that JSON need not escape: UTF-8 of the first and the last of a range, which differ in the last byte.
struct EscapedRange {
  std::string_view first;
  std::string_view last;
  unsigned int code;  ///< of the first
};

constexpr std::array<EscapedRange, 8> escaped_ranges = {{
    {"\x7f", "\x7f", 0x7f},                    // DEL
    {"\xc2\x80", "\xc2\x9f", 0x80},            // C1
    {"\xd8\x9c", "\xd8\x9c", 0x61c},           // Arabic letter mark
    {"\xe2\x80\x8e", "\xe2\x80\x8f", 0x200e},  // marks of direction
    {"\xe2\x80\xa8", "\xe2\x80\xae", 0x2028},  // line and paragraph ends, embeddings
    {"\xe2\x81\xa6", "\xe2\x81\xa9", 0x2066},  // isolates
    {"\xef\xbb\xbf", "\xef\xbb\xbf", 0xfeff},  // byte order mark
    {"\xef\xbf\xbe", "\xef\xbf\xbf", 0xfffe},  // no characters
}};

const EscapedRange* range_at(std::string_view text) {
  for (const EscapedRange& range : escaped_ranges) {
    const std::string_view here = text.substr(0, range.first.size());
    if (here.size() == range.first.size() && here >= range.first && here <= range.last) return &range;
  }
  return nullptr;
}

void append_escape(std::string& text, unsigned int code) {
  constexpr std::string_view digits = "0123456789abcdef";
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[code >> static_cast<unsigned int>(shift) & 0xfU];
}

bool may_need_escape(char c) noexcept { return static_cast<unsigned char>(c) >= 0x7f; }

}  // namespace

std::string json_text(const Json& value, int indentation) {
  const std::string plain = value.dump(indentation, ' ', false, Json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size());
  for (std::size_t at = 0; at < plain.size();) {
    const std::string_view rest = std::string_view(plain).substr(at);
    const EscapedRange* range = may_need_escape(rest.front()) ? range_at(rest) : nullptr;
    if (range == nullptr) {
      text += rest.front();
      ++at;
      continue;
    }
    const std::size_t size = range->first.size();
    append_escape(text, range->code + static_cast<unsigned char>(rest[size - 1]) -
                            static_cast<unsigned char>(range->first[size - 1]));
    at += size;
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
