// Fuzz target: CustomResourceDefinitions in LocalServer, and objects of their types. The input is a schema and an
// object, on a line each.
#include "local_server/schema/custom_schema.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/schema/definition_check.hpp"
#include "local_server/schema/structural_schema.hpp"
#include "target.hpp"

namespace kplane::fuzz::local_schema_target {
namespace {

namespace server = testing::server;
using nlohmann::json;

json definition_of(const json& schema) {
  return {{"metadata", {{"name", "things.example.org"}}},
          {"spec",
           {{"group", "example.org"},
            {"scope", "Namespaced"},
            {"names", {{"plural", "things"}, {"singular", "thing"}, {"kind", "Thing"}, {"listKind", "ThingList"}}},
            {"versions",
             {{{"name", "v1"}, {"served", true}, {"storage", true}, {"schema", {{"openAPIV3Schema", schema}}}}}}}}};
}

void run(std::string_view input) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return;
  const json schema = json::parse(input.substr(0, end), nullptr, false);
  json object = json::parse(input.substr(end + 1), nullptr, false);
  if (!schema.is_object() || !object.is_object()) return;
  const auto problems = server::structural_problems(schema, "spec");
  static_cast<void>(server::definition_problems(definition_of(schema)));
  if (!problems.empty()) return;
  static_cast<void>(server::prune_and_default(schema, object));
  static_cast<void>(server::schema_problems(schema, object));
  static_cast<void>(server::schema_problems(schema, object, &object));
  const json once = object;
  static_cast<void>(server::prune_and_default(schema, object));
  require(object == once, "what was pruned and defaulted stays as it is");
}

const Registration registration("local_schema", run);

}  // namespace
}  // namespace kplane::fuzz::local_schema_target
