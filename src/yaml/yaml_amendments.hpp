// Rewrites what kubectl accepts and libyaml does not: `[a:, b]`, where `a:` is a string, and `\'` in double quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::yaml {

/// A text with characters that were put in or left out.
class AmendedText {
 public:
  explicit AmendedText(std::string_view text) : text_(text) {}

  /// As libyaml gets it.
  [[nodiscard]] std::string_view text() const noexcept { return amended_.empty() ? text_ : amended_; }

  /// Amends the text where libyaml did not take it, behind all earlier amendments.
  /// @param problem in libyaml's words
  /// @param character, offset of the text itself
  /// @return false when it cannot be amended; or not once more, since each amendment takes another look at all of it
  [[nodiscard]] bool amend(std::string_view problem, std::size_t character, std::size_t offset);

  /// Which character of the text itself is one of the amended text.
  [[nodiscard]] std::size_t original(std::size_t character) const;
  /// Takes out of a value what was put in.
  void restore(std::string& value) const;

 private:
  struct Amendment {
    std::size_t character;
    std::size_t offset;
    bool is_insertion;  // behind the character, which is left out otherwise
  };

  std::string_view text_;
  std::string amended_;
  std::vector<Amendment> amendments_;
};

}  // namespace kplane::yaml
