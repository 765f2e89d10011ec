#pragma once

#include <string>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

/// A JSON value as a YAML document in block style, which every YAML reader reads as the same value: a string is quoted
/// unless it is one in YAML 1.1 and 1.2 alike.
[[nodiscard]] std::string yaml_text(const Json& value);

}  // namespace kplane::cli
