#include "rl/recording/array_items.hpp"

#include <cstddef>

namespace kplane::rl::recording {

std::optional<std::string_view> ArrayItems::next() {
  constexpr const char* error = "not a JSON array";
  cursor_.skip_blanks();
  if (!begun_) {
    cursor_.expect('[', error);
    cursor_.skip_blanks();
  }
  if (cursor_.peek() == ']') {
    cursor_.expect(']', error);
    cursor_.expect_end("not a single JSON array");
    return std::nullopt;
  }
  if (begun_) cursor_.expect(',', error);
  begun_ = true;
  cursor_.skip_blanks();
  const std::size_t begin = cursor_.position();
  cursor_.skip_value();
  return cursor_.between(begin, cursor_.position());
}

}  // namespace kplane::rl::recording
