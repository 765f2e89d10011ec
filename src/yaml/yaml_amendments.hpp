// Rewrites what kubectl accepts and libyaml does not: `[a:, b]`, where `a:` is a string, and `\'` in double quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::yaml {

/// A text with inserted and removed characters.
class AmendedText {
 public:
  explicit AmendedText(std::string_view text) : text_(text) {}

  /// The text for libyaml.
  [[nodiscard]] std::string_view text() const noexcept { return amended_.empty() ? text_ : amended_; }

  /// Amends the text where libyaml rejected it, after all earlier amendments.
  /// @param problem in libyaml's words
  /// @param character, offset of the text itself
  /// @return false when it cannot be amended, or the limit is reached, since each amendment requires parsing all of it
  /// again
  [[nodiscard]] bool amend(std::string_view problem, std::size_t character, std::size_t offset);

  /// Maps a character of the amended text to the original text.
  [[nodiscard]] std::size_t original(std::size_t character) const;
  /// Removes inserted characters from a value.
  void restore(std::string& value) const;

 private:
  struct Amendment {
    std::size_t character;
    std::size_t offset;
    bool is_insertion;  // after the character; false: the character is removed
  };

  std::string_view text_;
  std::string amended_;
  std::vector<Amendment> amendments_;
};

}  // namespace kplane::yaml
