// The members of a JSON object on one line, as slices of its text.
#pragma once

#include <cstddef>
#include <string_view>

#include "rl/recording/json_cursor.hpp"

namespace kplane::rl::recording {

/// Does not validate the contents of values.
class LineFields {
 public:
  explicit LineFields(std::string_view line) noexcept : line_(line), cursor_(line) {}

  /// Advances to the next member. @return whether there is one
  /// @throws DecodeError when the line is not a JSON object
  [[nodiscard]] bool next();
  /// Its name without the quotes, with escapes unchanged.
  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  /// Its value. The first call for a member finds its end. @throws DecodeError when it has none
  [[nodiscard]] std::string_view value();
  /// Everything between the colon and the line's last bracket: its value, if it is the last member.
  [[nodiscard]] std::string_view value_if_last() const noexcept;

 private:
  std::string_view line_;
  JsonCursor cursor_;
  std::string_view key_;
  std::size_t value_begin_ = 0;
  std::size_t value_end_ = 0;  // 0: not determined yet
  bool begun_ = false;
};

}  // namespace kplane::rl::recording
