// Resource quantities such as `500m` and `1Gi`, as k8s.io/apimachinery reads and writes them.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace kplane::testing::server {

/// A text is not a quantity, with apimachinery's message.
class QuantityError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Quantity {
 public:
  /// A number of more than 128 bits of nano units keeps its text, and compares as the largest there is.
  /// @throws QuantityError when the text is not a quantity.
  [[nodiscard]] static Quantity parse(std::string_view text);

  /// The canonical form: `1000m` is `1`, `0.5` is `500m`, `1024Ki` is `1Mi`.
  [[nodiscard]] std::string text() const;

  /// Away from zero to a whole thousandth, as everything in a list of resources is.
  void round_up_to_milli();

  /// The value in units of 10⁻⁹: sums and comparisons are exact.
  __extension__ using Nano = __int128;
  [[nodiscard]] Nano nano() const { return nano_; }
  /// A quantity of so many nano units, written in this one's format.
  [[nodiscard]] Quantity with(Nano nano) const;

 private:
  enum class Format { decimal, binary, exponent };
  Nano nano_ = 0;
  Format format_ = Format::decimal;
  std::string kept_{};  ///< the text of a number that is too large
};

}  // namespace kplane::testing::server
