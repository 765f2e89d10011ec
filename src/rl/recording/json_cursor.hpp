// Walks JSON text without building a tree, so neither depth nor size costs memory.
#pragma once

#include <cstddef>
#include <string_view>

namespace kplane::rl::recording {

/// Tracks strings and brackets; does not validate values. Errors are DecodeErrors.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  void go_to(std::size_t position) noexcept { position_ = position; }
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const noexcept {
    return text_.substr(begin, end - begin);
  }

  /// The character at the position. @throws DecodeError at the end
  [[nodiscard]] char peek() const;
  void skip_blanks() noexcept;
  /// Skips a character. @param error the message if there is another one
  void expect(char c, const char* error);
  /// Skips a string. @return the text between its quotes, with escapes unchanged
  [[nodiscard]] std::string_view string();
  /// Skips a value.
  void skip_value();
  /// @throws DecodeError when there is more than whitespace
  void expect_end(const char* error);

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace kplane::rl::recording
