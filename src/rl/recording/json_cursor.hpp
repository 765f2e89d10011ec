// JsonCursor: goes through JSON text without building anything of it, so that neither its depth nor its size costs.
#pragma once

#include <cstddef>
#include <string_view>

namespace kplane::rl::recording {

/// Follows strings and brackets; what is in a value is for whoever reads it. Errors are DecodeErrors.
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
  /// Skips a character. @param error what the text is not if there is another one
  void expect(char c, const char* error);
  /// Skips a string. @return what stands between its quotes; escapes are not looked into
  [[nodiscard]] std::string_view string();
  /// Skips a value.
  void skip_value();
  /// @throws DecodeError when there is more than blanks
  void expect_end(const char* error);

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace kplane::rl::recording
