#include "rl/recording/line_fields.hpp"

namespace kplane::rl::recording {

bool LineFields::next() {
  constexpr const char* error = "not a JSON object";
  if (begun_) {
    static_cast<void>(value());
    cursor_.go_to(value_end_);
  }
  cursor_.skip_blanks();
  if (!begun_) {
    cursor_.expect('{', error);
    cursor_.skip_blanks();
  }
  if (cursor_.peek() == '}') {
    cursor_.expect('}', error);
    cursor_.expect_end("not a single JSON object");
    return false;
  }
  if (begun_) cursor_.expect(',', error);
  begun_ = true;
  cursor_.skip_blanks();
  key_ = cursor_.string();
  cursor_.skip_blanks();
  cursor_.expect(':', error);
  cursor_.skip_blanks();
  value_begin_ = cursor_.position();
  value_end_ = 0;
  return true;
}

std::string_view LineFields::value() {
  if (value_end_ == 0) {
    cursor_.go_to(value_begin_);
    cursor_.skip_value();
    value_end_ = cursor_.position();
  }
  return cursor_.between(value_begin_, value_end_);
}

std::string_view LineFields::value_if_last() const noexcept {
  const std::size_t bracket = line_.rfind('}');
  if (bracket == std::string_view::npos || bracket <= value_begin_) return {};
  return line_.substr(value_begin_, bracket - value_begin_);
}

}  // namespace kplane::rl::recording
