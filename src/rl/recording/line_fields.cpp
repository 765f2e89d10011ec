#include "rl/recording/line_fields.hpp"

#include <kplane/error.hpp>

namespace kplane::rl::recording {

bool LineFields::next() {
  if (begun_) {
    static_cast<void>(value());
    position_ = value_end_;
  }
  const char expected = begun_ ? ',' : '{';
  skip_blanks();
  if (begun_ && peek() == '}') {
    ++position_;
    skip_blanks();
    if (position_ != line_.size()) throw DecodeError("not one JSON object", position_);
    return false;
  }
  if (peek() != expected) throw DecodeError("not a JSON object", position_);
  ++position_;
  skip_blanks();
  if (!begun_ && peek() == '}') {
    ++position_;
    skip_blanks();
    if (position_ != line_.size()) throw DecodeError("not one JSON object", position_);
    return false;
  }
  begun_ = true;
  key_ = string();
  skip_blanks();
  if (peek() != ':') throw DecodeError("not a JSON object", position_);
  ++position_;
  skip_blanks();
  value_begin_ = position_;
  value_end_ = 0;
  return true;
}

std::string_view LineFields::value() {
  if (value_end_ == 0) {
    position_ = value_begin_;
    skip_value();
    value_end_ = position_;
  }
  return line_.substr(value_begin_, value_end_ - value_begin_);
}

std::string_view LineFields::value_if_last() const noexcept {
  const std::size_t bracket = line_.rfind('}');
  if (bracket == std::string_view::npos || bracket <= value_begin_) return {};
  return line_.substr(value_begin_, bracket - value_begin_);
}

char LineFields::peek() {
  if (position_ >= line_.size()) throw DecodeError("the JSON text ends too early", position_);
  return line_[position_];
}

void LineFields::skip_blanks() noexcept {
  while (position_ < line_.size() && std::string_view(" \t\r\n").find(line_[position_]) != std::string_view::npos) {
    ++position_;
  }
}

std::string_view LineFields::string() {
  if (peek() != '"') throw DecodeError("not a JSON object: a name is missing", position_);
  const std::size_t begin = ++position_;
  while (peek() != '"') position_ += peek() == '\\' ? 2 : 1;
  return line_.substr(begin, position_++ - begin);
}

void LineFields::skip_value() {
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
  while (position_ > begin && line_[position_ - 1] == ' ') --position_;
  if (position_ == begin) throw DecodeError("not a JSON object: a value is missing", position_);
}

}  // namespace kplane::rl::recording
