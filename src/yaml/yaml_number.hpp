// Which scalars Kubernetes treats as numbers, and how it formats them in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kplane::yaml {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// An integer of at most 64 bits, as decimal digits. Accepts Go's literals: `0x`, `0o`, `0b`, and a leading 0 for
/// octal.
[[nodiscard]] std::optional<std::string> parse_integer(std::string_view text);

/// A decimal number with or without fraction and exponent, such as `.5` and `1e3`; nullopt when it is too large for a
/// double.
[[nodiscard]] std::optional<double> parse_real(std::string_view text);

/// As Go's encoding/json writes it: `1000` for 1e3.
[[nodiscard]] std::string json_number(double number);

/// As sigs.k8s.io/yaml writes a key: with the precision of a float, `1e+06` for a million.
[[nodiscard]] std::string key_number(double number);

}  // namespace kplane::yaml
