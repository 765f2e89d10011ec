#pragma once

#include <string>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

/// A YAML document that is a mapping, as the library reads YAML. Fields that every Kubernetes object has are added.
/// @param name for errors @throws ManifestError when it is none
[[nodiscard]] Json parse_yaml_mapping(const std::string& text, const std::string& name);

}  // namespace kplane::cli
