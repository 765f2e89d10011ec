#include "local_server/schema/object_parts.hpp"

#include <algorithm>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/types/strategies.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

void take_metadata(const ResourceType& type, json& metadata, const json& desired) {
  const auto& kept = strategy_of(type).status_keeps;
  for (const char* field : {"labels", "annotations", "finalizers", "ownerReferences"}) {
    if (std::find(kept.begin(), kept.end(), field) == kept.end()) take_member(metadata, desired, field);
  }
}

// Of the containers that are there.
void take_resources(json& containers, const json& desired) {
  for (json& container : containers) {
    for (const json& wanted : desired) {
      if (string_member(wanted, "name") != string_member(container, "name")) continue;
      take_member(container, wanted, "resources");
      take_member(container, wanted, "resizePolicy");
    }
  }
}

void check_phase(const ResourceType& type, const json& object) {
  const bool terminating = is_marked(object);
  const std::string wanted = terminating ? "Terminating" : "Active";
  const std::string phase = string_member(object.value("status", json::object()), "phase");
  if (phase.empty() || phase == wanted) return;
  const std::string problem =
      "may only be '" + wanted + "' if `deletionTimestamp` is " + (terminating ? "not " : "") + "empty";
  throw StatusError(
      invalid(type, string_member(object["metadata"], "name"),
              {{"FieldValueInvalid", "Invalid value: " + quoted_text(phase) + ": " + problem, "status.Phase"}}));
}

}  // namespace

void take_member(json& object, const json& desired, const char* field) {
  const auto found = desired.find(field);
  if (found == desired.end()) {
    object.erase(field);
  } else {
    object[field] = *found;
  }
}

json with_status_written(const ResourceType& type, json object, const json& desired) {
  take_member(object, desired, "status");
  take_metadata(type, object["metadata"], desired["metadata"]);
  if (is_namespace(type)) check_phase(type, object);
  return object;
}

json with_part_written(const std::string& part, json object, const json& desired) {
  const json spec = desired.value("spec", json::object());
  if (part == "approval") take_member(object["status"], desired.value("status", json::object()), "conditions");
  if (part == "ephemeralcontainers") take_member(object["spec"], spec, "ephemeralContainers");
  if (part != "resize") return object;
  for (const char* list : {"containers", "initContainers"}) {
    const auto there = object["spec"].find(list);
    if (there != object["spec"].end()) take_resources(*there, spec.value(list, json::array()));
  }
  return object;
}

}  // namespace kplane::testing::server
