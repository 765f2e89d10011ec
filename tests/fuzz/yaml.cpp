// Fuzz target: YAML to JSON. What comes out must be JSON.
#include "yaml/yaml.hpp"

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "target.hpp"

namespace kplane::fuzz::yaml_target {
namespace {

void run(std::string_view text) {
  try {
    const std::string json = kplane::yaml::yaml_to_json(text);
    require(nlohmann::json::accept(json), "the result is JSON");
  } catch (const kplane::ConfigError&) {  // not YAML
  }
}

const Registration registration("yaml", run);

}  // namespace
}  // namespace kplane::fuzz::yaml_target
