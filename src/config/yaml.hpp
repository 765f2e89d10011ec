// YAML text → JSON text, through yaml-cpp.
#pragma once

#include <string>
#include <string_view>

namespace kplane::config {

/// The first document of `yaml` as compact JSON. Plain scalars are typed by YAML 1.2's core schema (§10.3.2); quoted
/// ones are strings.
/// @throws ConfigError when the text is not YAML, a key is not a string, or a number is none that JSON has
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace kplane::config
