#include "local_server/types/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace kplane::testing::server {
namespace {

using Nano = Quantity::Nano;

constexpr Nano kUnit = 1'000'000'000;
constexpr Nano kMilli = 1'000'000;
constexpr Nano kMax = ((Nano{1} << 126) - 1) * 2 + 1;
constexpr Nano kMaxBinary = ((Nano{1} << 63) - 1) * kUnit;
constexpr std::string_view kDigits = "0123456789";
constexpr std::array<std::string_view, 10> kDecimalSuffixes = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
constexpr std::array<std::string_view, 7> kBinarySuffixes = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
constexpr int kLeastExponent = -9;
// Larger exponents overflow whatever the number before them is.
constexpr int kMaxExponent = 100;

/// A number's text, taken apart: `-1.5Gi` is {true, "1", "5", "Gi"}.
struct Parts {
  bool negative = false;
  std::string whole{};
  std::string fraction{};
  std::string_view suffix{};
};

std::string take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
  std::string digits(text.substr(0, end));
  text.remove_prefix(end);
  return digits;
}

bool is_well_formed_suffix(std::string_view suffix) {
  suffix.remove_prefix(std::min(suffix.find_first_not_of("eEinumkKMGTP"), suffix.size()));
  if (!suffix.empty() && (suffix[0] == '+' || suffix[0] == '-')) suffix.remove_prefix(1);
  return suffix.find_first_not_of(kDigits) == std::string_view::npos;
}

Parts take_apart(std::string_view text) {
  Parts parts;
  parts.negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const bool number = !text.empty() && (text[0] == '.' || kDigits.find(text[0]) != std::string_view::npos);
  parts.whole = take_digits(text);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  parts.suffix = text;
  if (!number || !is_well_formed_suffix(text)) {
    throw QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  if (parts.whole.empty() && parts.fraction.empty()) throw QuantityError("unable to parse numeric part of quantity");
  return parts;
}

template <std::size_t N>
std::optional<int> index_of(const std::array<std::string_view, N>& suffixes, std::string_view suffix) {
  const auto found = std::find(suffixes.begin(), suffixes.end(), suffix);
  if (found == suffixes.end()) return std::nullopt;
  return static_cast<int>(found - suffixes.begin());
}

std::optional<int> exponent_of(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(suffix[1] == '+' ? 2 : 1);
  int exponent = 0;
  const auto [stop, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
  if (error != std::errc{} || stop != suffix.data() + suffix.size()) return std::nullopt;
  return std::clamp(exponent, -kMaxExponent, kMaxExponent);
}

/// @return whether the product still fits
bool multiply(Nano& value, Nano factor) { return !__builtin_mul_overflow(value, factor, &value); }

/// digits · 10^exponent · 2^binary in nano units, rounded up; nullopt when it does not fit.
std::optional<Nano> scaled(std::string digits, int exponent, int binary) {
  for (; !digits.empty() && digits.back() == '0'; ++exponent) digits.pop_back();
  Nano value = 0;
  for (const char digit : digits) {
    if (!multiply(value, 10) || __builtin_add_overflow(value, digit - '0', &value)) return std::nullopt;
  }
  if (value == 0) return value;
  for (; binary > 0; --binary) {
    if (!multiply(value, 2)) return std::nullopt;
  }
  exponent -= kLeastExponent;
  for (; exponent > 0; --exponent) {
    if (!multiply(value, 10)) return std::nullopt;
  }
  bool rest = false;
  for (; exponent < 0 && value != 0; ++exponent) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  return value + (rest ? 1 : 0);
}

std::string digits_of(Nano value) {
  const bool negative = value < 0;
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(negative ? -(value % 10) : value % 10)));
    value /= 10;
  } while (value != 0);
  return negative ? "-" + text : text;
}

/// Moves whole factors out of a value. @return how many there were.
int take_factors(Nano& value, Nano factor, int most) {
  int times = 0;
  for (; times < most && value % factor == 0; ++times) value /= factor;
  return times;
}

}  // namespace

Quantity Quantity::parse(std::string_view text) {
  const Parts parts = take_apart(text);
  Quantity quantity;
  int exponent = 0;
  int binary = 0;
  if (const auto decimal = index_of(kDecimalSuffixes, parts.suffix)) {
    exponent = *decimal * 3 + kLeastExponent;
  } else if (const auto power = index_of(kBinarySuffixes, parts.suffix)) {
    quantity.format_ = Format::binary;
    binary = *power * 10;
  } else if (const auto written = exponent_of(parts.suffix)) {
    quantity.format_ = Format::exponent;
    exponent = *written;
  } else {
    throw QuantityError("unable to parse quantity's suffix");
  }
  const auto nano = scaled(parts.whole + parts.fraction, exponent - static_cast<int>(parts.fraction.size()), binary);
  if (!nano && quantity.format_ != Format::binary) quantity.kept_ = text;
  quantity.nano_ = nano.value_or(kMax);
  if (quantity.format_ == Format::binary) {
    quantity.nano_ = std::min(quantity.nano_, kMaxBinary);
    if (quantity.nano_ < kUnit) quantity.format_ = Format::decimal;
  }
  if (parts.negative) quantity.nano_ = -quantity.nano_;
  return quantity;
}

std::string Quantity::text() const {
  if (!kept_.empty()) return kept_;
  if (nano_ == 0) return "0";
  Nano value = nano_;
  const bool small = value > -1024 * kUnit && value < 1024 * kUnit;
  if (format_ == Format::binary && !small && value % kUnit == 0) {
    value /= kUnit;
    const int power = take_factors(value, 1024, static_cast<int>(kBinarySuffixes.size()) - 1);
    return digits_of(value) + std::string(kBinarySuffixes[static_cast<std::size_t>(power)]);
  }
  const bool as_exponent = format_ == Format::exponent;
  const int most = as_exponent ? kMaxExponent : static_cast<int>(kDecimalSuffixes.size()) - 1;
  const int power = take_factors(value, 1000, most);
  if (!as_exponent) return digits_of(value) + std::string(kDecimalSuffixes[static_cast<std::size_t>(power)]);
  const int exponent = power * 3 + kLeastExponent;
  return digits_of(value) + (exponent == 0 ? "" : "e" + std::to_string(exponent));
}

void Quantity::round_up_to_milli() {
  const Nano rest = nano_ % kMilli;
  if (rest == 0 || !kept_.empty()) return;
  nano_ += rest > 0 ? kMilli - rest : -kMilli - rest;
}

Quantity Quantity::with(Nano nano) const {
  Quantity other = *this;
  other.nano_ = nano;
  other.kept_.clear();
  return other;
}

}  // namespace kplane::testing::server
