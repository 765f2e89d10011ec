// RFC 2781 for UTF-16, RFC 3629 for UTF-8.
#include "yaml/yaml_encoding.hpp"

#include <cstddef>
#include <cstdint>

#include "base/begins_with.hpp"

namespace kplane::yaml {

namespace {

constexpr std::string_view little_endian_mark = "\xff\xfe";
constexpr std::string_view big_endian_mark = "\xfe\xff";
constexpr char not_utf8 = '\xff';

class Utf16Reader {
 public:
  Utf16Reader(std::string_view units, bool is_big_endian) : units_(units), is_big_endian_(is_big_endian) {}

  [[nodiscard]] std::string to_utf8() {
    std::string text;
    text.reserve(units_.size() / 2);
    while (at_ + 1 < units_.size()) append_next(text);
    if (at_ < units_.size()) text += not_utf8;
    return text;
  }

 private:
  [[nodiscard]] std::uint32_t unit(std::size_t at) const {
    const auto first = static_cast<unsigned char>(units_[at]);
    const auto second = static_cast<unsigned char>(units_[at + 1]);
    return is_big_endian_ ? std::uint32_t{first} << 8U | second : std::uint32_t{second} << 8U | first;
  }

  void append_next(std::string& text) {
    const std::uint32_t first = unit(at_);
    at_ += 2;
    if (first < 0xd800 || first > 0xdfff) return append(text, first);
    const bool is_pair = first < 0xdc00 && at_ + 1 < units_.size() && (unit(at_) & 0xfc00U) == 0xdc00;
    if (!is_pair) {
      text += not_utf8;
      return;
    }
    append(text, 0x10000 + ((first & 0x3ffU) << 10U) + (unit(at_) & 0x3ffU));
    at_ += 2;
  }

  static void append(std::string& text, std::uint32_t character) {
    if (character < 0x80) {
      text += static_cast<char>(character);
      return;
    }
    if (character < 0x800) {
      text += static_cast<char>(0xc0U | character >> 6U);
    } else if (character < 0x10000) {
      text += static_cast<char>(0xe0U | character >> 12U);
      append_trailing(text, character >> 6U);
    } else {
      text += static_cast<char>(0xf0U | character >> 18U);
      append_trailing(text, character >> 12U);
      append_trailing(text, character >> 6U);
    }
    append_trailing(text, character);
  }

  static void append_trailing(std::string& text, std::uint32_t bits) {
    text += static_cast<char>(0x80U | (bits & 0x3fU));
  }

  std::string_view units_;
  bool is_big_endian_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view without_byte_order_mark(std::string_view text) {
  while (detail::begins_with(text, byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

std::string_view as_utf8(std::string_view text, std::string& buffer) {
  const bool is_big_endian = detail::begins_with(text, big_endian_mark);
  if (!is_big_endian && !detail::begins_with(text, little_endian_mark)) return without_byte_order_mark(text);
  buffer = Utf16Reader(text.substr(2), is_big_endian).to_utf8();
  return buffer;
}

}  // namespace kplane::yaml
