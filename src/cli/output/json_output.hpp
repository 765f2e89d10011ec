#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kplane::cli {

/// Fields in the order in which they were set.
using Json = nlohmann::ordered_json;

/// JSON text that is YAML too, and harmless on a terminal: control characters, those that change the direction of text
/// and those that some readers take for line ends are escaped; bytes that are not UTF-8 become U+FFFD.
/// @param indentation as nlohmann's; -1: one line
[[nodiscard]] std::string json_text(const Json& value, int indentation = -1);
/// One document, indented, with a line feed behind it.
void print_json(std::ostream& out, const Json& value);
/// One document on one line.
void print_json_line(std::ostream& out, const Json& value);
/// JSON text, which may come from anywhere. @throws DecodeError when it is none, or nested more than 1,000 deep
[[nodiscard]] Json parse_ordered(std::string_view text);

}  // namespace kplane::cli
