#include "rl/recording/json_cursor.hpp"

#include <kplane/error.hpp>

namespace kplane::rl::recording {

char JsonCursor::peek() const {
  if (position_ >= text_.size()) throw DecodeError("unexpected end of the JSON text", position_);
  return text_[position_];
}

void JsonCursor::skip_blanks() noexcept {
  while (position_ < text_.size() && std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
    ++position_;
  }
}

void JsonCursor::expect(char c, const char* error) {
  if (peek() != c) throw DecodeError(error, position_);
  ++position_;
}

std::string_view JsonCursor::string() {
  expect('"', "not a JSON object: a name is missing");
  const std::size_t begin = position_;
  while (peek() != '"') position_ += peek() == '\\' ? 2 : 1;
  return between(begin, position_++);
}

void JsonCursor::skip_value() {
  std::size_t depth = 0;
  const std::size_t begin = position_;
  while (true) {
    const char c = peek();
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
    if (c == '"') {
      static_cast<void>(string());
    } else {
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++position_;
    }
  }
  while (position_ > begin && text_[position_ - 1] == ' ') --position_;
  if (position_ == begin) throw DecodeError("not JSON: a value is missing", position_);
}

void JsonCursor::expect_end(const char* error) {
  skip_blanks();
  if (position_ != text_.size()) throw DecodeError(error, position_);
}

}  // namespace kplane::rl::recording
