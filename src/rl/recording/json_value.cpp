#include "rl/recording/json_value.hpp"

#include <algorithm>

#include <kplane/error.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl::recording {

namespace {

/// For text that may not be JSON. Ignores brackets in strings.
bool is_nested_deeper(std::string_view text, std::size_t most) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++i;  // an escaped quote does not end the string
      continue;
    }
    if ((c == '{' || c == '[') && ++depth > most) return true;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return false;
}

}  // namespace

bool is_json(std::string_view text, std::size_t depth) {
  return !is_nested_deeper(text, depth) && nlohmann::json::accept(text);
}

std::string json_in_one_line(const std::string& text, std::string_view what) {
  if (!nlohmann::json::accept(text)) throw ConfigError("recording: " + std::string(what) + " is not JSON");
  return without_line_breaks(text);
}

std::string json_string(const std::string& text, std::string_view what) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::type_error&) {
    throw ConfigError("recording: " + std::string(what) + " is not UTF-8");
  }
}

std::string without_line_breaks(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::optional<std::string> string_of(std::string_view text) {
  if (text.empty() || text.front() != '"') return std::nullopt;  // an array of so much text would be large
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_string()) return std::nullopt;
  return json.get<std::string>();
}

}  // namespace kplane::rl::recording
