#include "local_server/schema/events.hpp"

#include <array>
#include <utility>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

/// The names in the core group, and in events.k8s.io.
constexpr std::array<std::pair<const char*, const char*>, 7> kNames = {{{"involvedObject", "regarding"},
                                                                        {"message", "note"},
                                                                        {"source", "deprecatedSource"},
                                                                        {"firstTimestamp", "deprecatedFirstTimestamp"},
                                                                        {"lastTimestamp", "deprecatedLastTimestamp"},
                                                                        {"count", "deprecatedCount"},
                                                                        {"reportingComponent", "reportingController"}}};

void rename(json& object, const char* from, const char* to) {
  const auto found = object.find(from);
  if (found == object.end()) return;
  json value = std::move(*found);
  object.erase(found);
  object[to] = std::move(value);
}

}  // namespace

const ResourceType& stored_type(const ResourceType& type) {
  if (type.resource != "events" || type.group != "events.k8s.io") return type;
  static const ResourceType& core = *find_built_in("", "events");
  return core;
}

json as_stored(const ResourceType& type, json object) {
  if (!is_stored_otherwise(type)) return object;
  for (const auto& [core, other] : kNames) rename(object, other, core);
  object["apiVersion"] = api_version(stored_type(type));
  // What the core group always writes.
  for (const char* field : {"reportingComponent", "reportingInstance"}) object.emplace(field, "");
  object.emplace("involvedObject", json::object());
  object.emplace("source", json::object());
  for (const char* field : {"firstTimestamp", "lastTimestamp", "eventTime"}) object.emplace(field, json());
  return object;
}

json as_served(const ResourceType& type, json stored) {
  if (!is_stored_otherwise(type)) return stored;
  for (const auto& [core, other] : kNames) rename(stored, core, other);
  stored["apiVersion"] = api_version(type);
  for (const char* field : {"reportingController", "reportingInstance"}) {
    if (string_member(stored, field).empty()) stored.erase(field);
  }
  return stored;
}

}  // namespace kplane::testing::server
