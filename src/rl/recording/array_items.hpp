// ArrayItems: the items of a JSON array, as slices of its text.
#pragma once

#include <optional>
#include <string_view>

#include "rl/recording/json_cursor.hpp"

namespace kplane::rl::recording {

/// What is in an item is for whoever reads it.
class ArrayItems {
 public:
  explicit ArrayItems(std::string_view array) noexcept : cursor_(array) {}

  /// @return nullopt behind the last one. @throws DecodeError when the text is no JSON array
  [[nodiscard]] std::optional<std::string_view> next();

 private:
  JsonCursor cursor_;
  bool begun_ = false;
};

}  // namespace kplane::rl::recording
