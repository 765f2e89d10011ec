#include "cli/output/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>

namespace kplane::cli {

namespace {

bool is_word(std::string_view text) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  const auto is_inner = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/';
  };
  return !text.empty() && is_letter(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), is_inner);
}

/// What YAML 1.1 reads as something else than a string.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 9> reserved = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(reserved.begin(), reserved.end(), lower) != reserved.end();
}

std::string scalar(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (is_word(text) && !is_reserved(text)) return text;
  }
  return json_text(value);  // strings, numbers and empty collections of JSON are those of YAML too
}

bool is_block(const Json& value) { return value.is_structured() && !value.empty(); }

void append(std::string& text, const Json& value, std::size_t indent, bool at_line_start);

void append_member(std::string& text, const std::string& key, const Json& value, std::size_t indent) {
  text += scalar(Json(key));
  text += ':';
  if (!is_block(value)) {
    text.append(" ").append(scalar(value)) += '\n';
    return;
  }
  text += '\n';
  append(text, value, value.is_array() ? indent : indent + 2, true);
}

/// @param at_line_start false: behind the `- ` of a list, which is as wide as one level
void append(std::string& text, const Json& value, std::size_t indent, bool at_line_start) {
  if (!is_block(value)) {
    text.append(scalar(value)) += '\n';
    return;
  }
  for (auto at = value.begin(); at != value.end(); ++at) {
    if (at_line_start) text.append(indent, ' ');
    at_line_start = true;
    if (value.is_object()) {
      append_member(text, at.key(), at.value(), indent);
    } else {
      text += "- ";
      append(text, *at, indent + 2, false);
    }
  }
}

}  // namespace

std::string yaml_text(const Json& value) {
  std::string text;
  append(text, value, 0, true);
  return text;
}

}  // namespace kplane::cli
