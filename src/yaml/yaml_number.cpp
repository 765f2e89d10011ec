// Follows Go's strconv, with which Kubernetes parses and formats numbers.
#include "yaml/yaml_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <system_error>
#include <vector>

namespace kplane::yaml {

namespace {

bool is_sign(char c) { return c == '+' || c == '-'; }

struct Literal {
  int base;
  std::string_view digits;
};

Literal split_base(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return {10, text};
  const char letter = text.size() > 2 ? static_cast<char>(text[1] | 0x20) : '0';
  if (letter == 'x') return {16, text.substr(2)};
  if (letter == 'o') return {8, text.substr(2)};
  if (letter == 'b') return {2, text.substr(2)};
  return {8, text.substr(1)};
}

std::size_t skip_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

std::size_t skip_sign(std::string_view text, std::size_t from) {
  return from < text.size() && is_sign(text[from]) ? from + 1 : from;
}

/// The end of the digits before and after the point; 0 when there are none.
std::size_t skip_mantissa(std::string_view text) {
  const std::size_t begin = skip_sign(text, 0);
  const std::size_t whole = skip_digits(text, begin);
  if (whole == text.size() || text[whole] != '.') return whole == begin ? 0 : whole;
  const std::size_t end = skip_digits(text, whole + 1);
  return whole == begin && end == whole + 1 ? 0 : end;
}

bool is_real(std::string_view text) {
  const std::size_t mantissa = skip_mantissa(text);
  if (mantissa == 0 || mantissa == text.size()) return mantissa != 0;
  if ((text[mantissa] | 0x20) != 'e') return false;
  const std::size_t exponent = skip_sign(text, mantissa + 1);
  return exponent < text.size() && skip_digits(text, exponent) == text.size();
}

/// For a number outside the range of double: whether it is too small rather than too large.
bool is_tiny(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) return text[exponent + 1] == '-';
  return text[std::min(text.find_first_not_of("+-0"), text.size() - 1)] == '.';
}

/// The fewest decimal digits, and the position of the point.
struct Decimal {
  std::string digits;
  int point;
};

Decimal split_scientific(std::string_view text) {
  const std::size_t e = text.find('e');
  Decimal decimal{std::string(text.substr(0, e)), 0};
  decimal.digits.erase(std::remove(decimal.digits.begin(), decimal.digits.end(), '.'), decimal.digits.end());
  const std::size_t exponent = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + exponent, text.data() + text.size(), decimal.point);
  ++decimal.point;
  return decimal;
}

std::string write_plain(const Decimal& decimal) {
  const auto digits = static_cast<int>(decimal.digits.size());
  if (decimal.point <= 0) return "0." + std::string(static_cast<std::size_t>(-decimal.point), '0') + decimal.digits;
  if (decimal.point >= digits) {
    return decimal.digits + std::string(static_cast<std::size_t>(decimal.point - digits), '0');
  }
  const auto point = static_cast<std::size_t>(decimal.point);
  return decimal.digits.substr(0, point) + '.' + decimal.digits.substr(point);
}

/// The shortest digits of a number other than zero, with an exponent of at least two digits.
template <class Number>
std::string write_scientific(Number number) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  return {buffer.data(), end.ptr};
}

}  // namespace

std::optional<std::string> parse_integer(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool has_sign = is_sign(text[0]);
  const bool is_negative = text[0] == '-';
  const Literal literal = split_base(has_sign ? text.substr(1) : text);
  std::uint64_t magnitude = 0;
  const char* const last = literal.digits.data() + literal.digits.size();
  const auto [end, error] = std::from_chars(literal.digits.data(), last, magnitude, literal.base);
  if (error != std::errc{} || end != last) return std::nullopt;
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (has_sign && magnitude > largest + (is_negative ? 1 : 0)) return std::nullopt;
  return (is_negative && magnitude != 0 ? "-" : "") + std::to_string(magnitude);
}

std::optional<double> parse_real(std::string_view text) {
  if (!is_real(text)) return std::nullopt;
  const std::string_view unsigned_text = text[0] == '+' ? text.substr(1) : text;
  double number = 0;
  const auto result = std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), number);
  if (result.ec != std::errc::result_out_of_range) return number;
  if (!is_tiny(text)) return std::nullopt;
  return text[0] == '-' ? -0.0 : 0.0;
}

std::string json_number(double number) {
  const std::string sign = std::signbit(number) ? "-" : "";
  const double magnitude = std::abs(number);
  if (magnitude == 0) return sign + '0';
  std::string text = write_scientific(magnitude);
  if (magnitude >= 1e-6 && magnitude < 1e21) return sign + write_plain(split_scientific(text));
  const std::size_t padded = text.find("e-0");
  if (padded != std::string::npos) text.erase(padded + 2, 1);
  return sign + text;
}

std::string key_number(double number) {
  const std::string sign = std::signbit(number) ? "-" : "";
  const double magnitude = std::abs(number);
  if (magnitude > std::numeric_limits<float>::max()) return sign + ".inf";
  const auto narrow = static_cast<float>(magnitude);
  if (narrow == 0) return sign + '0';
  const std::string text = write_scientific(narrow);
  const Decimal decimal = split_scientific(text);
  const bool is_plain = decimal.point > -4 && decimal.point <= 6;  // as in Go's %g
  return sign + (is_plain ? write_plain(decimal) : text);
}

}  // namespace kplane::yaml
