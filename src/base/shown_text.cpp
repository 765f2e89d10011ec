// Decodes one character at a time by the table of well-formed UTF-8 (Unicode, table 3-7).
#include "base/shown_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kplane::detail {

namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;  ///< 0: not valid UTF-8
};

std::uint32_t bits_of(char c, unsigned int mask) noexcept { return static_cast<unsigned char>(c) & mask; }

Character first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (size == 0 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t code = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (bits_of(text[i], 0xc0) != 0x80) return {};
    code = code << 6U | bits_of(text[i], 0x3f);
  }
  const bool is_overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  return is_overlong || is_surrogate || code > 0x10ffff ? Character{} : Character{code, size};
}

bool is_c0(std::uint32_t code) noexcept { return code < 0x20 || code == 0x7f; }

/// Invisible characters that change how the following text is displayed.
bool is_deceptive(std::uint32_t code) noexcept {
  constexpr std::array<std::uint32_t, 6> single = {0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff};
  const bool is_c1 = code >= 0x80 && code <= 0x9f;
  const bool is_embedding = code >= 0x202a && code <= 0x202e;
  const bool is_isolate = code >= 0x2066 && code <= 0x2069;
  return is_c1 || is_embedding || is_isolate || std::find(single.begin(), single.end(), code) != single.end();
}

std::string escaped(std::uint32_t code) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[code >> static_cast<unsigned int>(shift) & 0xfU];
  return text;
}

/// @param show returns the replacement of a C0 control
template <class Show>
std::string shown_text(std::string_view text, std::size_t most, Show&& show) {
  std::string shown;
  shown.reserve(std::min(text.size(), most));
  while (!text.empty()) {
    const Character next = first_character(text);
    const std::size_t size = std::max<std::size_t>(next.size, 1);
    std::string piece(text.substr(0, size));
    if (next.size == 0) {
      piece = "?";
    } else if (is_c0(next.code)) {
      piece = show(text.front());
    } else if (is_deceptive(next.code)) {
      piece = escaped(next.code);
    }
    if (shown.size() + piece.size() > most) break;
    shown += piece;
    text.remove_prefix(size);
  }
  return shown;
}

}  // namespace

std::string without_controls(std::string_view text) {
  const auto is_plain = [](unsigned char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  return shown_text(text, std::numeric_limits<std::size_t>::max(), [](char c) {
    return c == '\n' || c == '\t' ? std::string(1, c) : escaped(static_cast<unsigned char>(c));
  });
}

std::string shown_line(std::string_view text, std::size_t most) {
  return shown_text(text, most, [](char) { return std::string(1, ' '); });
}

}  // namespace kplane::detail
