// C++20's std::string_view::starts_with.
#pragma once

#include <string_view>

namespace kplane::detail {

[[nodiscard]] constexpr bool begins_with(std::string_view text, std::string_view begin) noexcept {
  return text.substr(0, begin.size()) == begin;
}

}  // namespace kplane::detail
