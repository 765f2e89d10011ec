// The items of a JSON array as slices of its text.
#pragma once

#include <optional>
#include <string_view>

#include "rl/recording/json_cursor.hpp"

namespace kplane::rl::recording {

/// Does not validate the contents of items.
class ArrayItems {
 public:
  explicit ArrayItems(std::string_view array) noexcept : cursor_(array) {}

  /// @return nullopt after the last one. @throws DecodeError when the text is not a JSON array
  [[nodiscard]] std::optional<std::string_view> next();

 private:
  JsonCursor cursor_;
  bool begun_ = false;
};

}  // namespace kplane::rl::recording
