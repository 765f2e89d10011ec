#include "cli/report/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace kplane::cli::reporting {

void JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  needs_comma_ = false;
}

void JsonWriter::string(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::integer(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
}

void JsonWriter::number(double number) {
  if (!std::isfinite(number)) return null();
  constexpr int significant_digits = 5;
  separate();
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::general, significant_digits);
  text_.append(text.data(), written.ptr);
}

void JsonWriter::null() {
  separate();
  text_ += "null";
}

void JsonWriter::member(std::string_view name, std::string_view text) {
  key(name);
  string(text);
}

void JsonWriter::member(std::string_view name, std::uint64_t number) {
  key(name);
  separate();
  text_ += std::to_string(number);
}

void JsonWriter::member(std::string_view name, std::optional<double> value) {
  key(name);
  if (!value) return null();
  number(*value);
}

void JsonWriter::member_if_any(std::string_view name, std::string_view text) {
  if (!text.empty()) member(name, text);
}

void JsonWriter::member_if_any(std::string_view name, std::uint64_t number) {
  if (number > 0) member(name, number);
}

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::quote(std::string_view text) {
  using Json = nlohmann::json;
  const std::string quoted = Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
  for (const char c : quoted) {
    switch (c) {
      case '<':
        text_ += "\\u003c";
        break;
      case '>':
        text_ += "\\u003e";
        break;
      case '&':
        text_ += "\\u0026";
        break;
      default:
        text_ += c;
    }
  }
}

}  // namespace kplane::cli::reporting
