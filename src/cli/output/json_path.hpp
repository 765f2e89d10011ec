#pragma once

#include <string>
#include <string_view>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

/// What a JSONPath template of kubectl's gives for a value: text, and expressions in braces, such as
/// `{.items[*].metadata.name}`, `{range .items[*]}{.metadata.name}{"\n"}{end}`, `{.items[?(@.metadata.name=="web")]}`.
/// Understood are fields (`.a`, `['a']`), `*`, `..a`, indices and slices (`[0]`, `[-1]`, `[1:3]`), filters with `==`,
/// `!=`, `<`, `<=`, `>`, `>=` or the mere presence of a field, `range` and `end`, and quoted text. Several results
/// stand beside each other with a blank between them; a field that is absent is nothing.
/// @throws ConfigError that says what is wrong with the template
[[nodiscard]] std::string json_path(std::string_view text, const Json& value);

}  // namespace kplane::cli
