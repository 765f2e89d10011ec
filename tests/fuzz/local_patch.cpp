// Fuzz target: LocalServer's patches. The input is a type of patch, an object and a patch, on a line each.
#include "local_server/patch/patch.hpp"

#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/field_set.hpp"
#include "local_server/patch/merge_rules.hpp"
#include "local_server/patch/strategic_patch.hpp"
#include "local_server/patch/typed_patch.hpp"
#include "target.hpp"

namespace kplane::fuzz::local_patch_target {
namespace {

namespace server = testing::server;
using nlohmann::json;

void merge_and_compare(const server::ResourceType& type, const json& before, const json& configuration) {
  const server::MergeRules rules(type);
  const bool is_refused = !server::typed_patch_problem(configuration, rules).empty();
  json merged = before;
  server::merge(merged, configuration, rules);
  const server::FieldSet fields = server::fields_of(configuration, rules);
  require(server::from_fields_v1(server::to_fields_v1(fields)) == fields, "a set of fields is read as it is written");
  const server::FieldChanges changes = server::compare(before, merged, rules);
  json again = merged;
  server::merge(again, configuration, rules);
  require(is_refused || again == merged, "applying twice is applying once");
  server::remove_fields(merged, changes.changed, rules);
}

/// What nlohmann::json makes of a JSON patch, if it takes it. Kubernetes takes more: such as indices from the end.
void compare_with_second_opinion(const json& object, const json& patch, const json& patched) {
  json other;
  try {
    other = object.patch(patch);
  } catch (const json::exception&) {
    return;
  }
  require(other == patched, "a JSON patch does what it does elsewhere");
}

void run(std::string_view input) {
  std::array<std::string_view, 3> parts;
  for (std::string_view& part : parts) {
    part = input.substr(0, &part == &parts.back() ? std::string_view::npos : input.find('\n'));
    input.remove_prefix(std::min(part.size() + 1, input.size()));
  }
  const json object = json::parse(parts[1], nullptr, false);
  const json patch = json::parse(parts[2], nullptr, false);
  if (object.is_discarded() || patch.is_discarded()) return;
  static const server::ResourceType& pods = *server::find_built_in("", "pods");
  try {
    if (parts[0] == "strategic" && object.is_object() && patch.is_object()) {
      static_cast<void>(server::apply_strategic_patch(pods, object, patch));
    } else if (parts[0] == "apply" && object.is_object() && patch.is_object()) {
      merge_and_compare(pods, object, patch);
    } else {
      const bool is_json_patch = parts[0] == "json";
      const json patched =
          server::apply_patch(is_json_patch ? server::kJsonPatchType : server::kMergePatchType, object, patch);
      if (is_json_patch) compare_with_second_opinion(object, patch, patched);
    }
  } catch (const server::StatusError& error) {
    require(error.answer().status >= 400, "a failure has the status of one");
  }
}

const Registration registration("local_patch", run);

}  // namespace
}  // namespace kplane::fuzz::local_patch_target
