// LineFields: the members of a JSON object in one line, as slices of its text.
#pragma once

#include <cstddef>
#include <string_view>

#include "rl/recording/json_cursor.hpp"

namespace kplane::rl::recording {

/// What is in a value is for whoever reads it.
class LineFields {
 public:
  explicit LineFields(std::string_view line) noexcept : line_(line), cursor_(line) {}

  /// Goes on to the next member. @return whether there is one
  /// @throws DecodeError when the line is no JSON object
  [[nodiscard]] bool next();
  /// Its name, without the quotes; escapes are not looked into.
  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  /// Its value. The first call for a member finds its end. @throws DecodeError when it has none
  [[nodiscard]] std::string_view value();
  /// All that stands behind the colon but for the line's last bracket: its value, if it is the last member.
  [[nodiscard]] std::string_view value_if_last() const noexcept;

 private:
  std::string_view line_;
  JsonCursor cursor_;
  std::string_view key_;
  std::size_t value_begin_ = 0;
  std::size_t value_end_ = 0;  // 0: not looked for yet
  bool begun_ = false;
};

}  // namespace kplane::rl::recording
