#include "rl/recording/json_value.hpp"

#include <algorithm>

#include <kplane/error.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl::recording {

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

}  // namespace kplane::rl::recording
