// Fuzz target: YAML to JSON. What comes out must be JSON.
#include "yaml/yaml.hpp"

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string text = kplane::yaml::yaml_to_json(kplane::fuzz::text_of(data, size));
    kplane::fuzz::require(nlohmann::json::accept(text), "the result is JSON");
  } catch (const kplane::ConfigError&) {  // not YAML
  }
  return 0;
}
