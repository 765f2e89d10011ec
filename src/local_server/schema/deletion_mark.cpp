#include "local_server/schema/deletion_mark.hpp"

#include <algorithm>

#include "local_server/base/identity.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

bool is_empty_list(const json& parent, const char* field) {
  if (!parent.is_object()) return true;
  const auto found = parent.find(field);
  return found == parent.end() || found->empty();
}

}  // namespace

bool is_namespace(const ResourceType& type) { return type.group.empty() && type.resource == "namespaces"; }

bool is_marked(const json& object) {
  const auto metadata = object.find("metadata");
  return metadata != object.end() && metadata->contains("deletionTimestamp");
}

bool is_released(const ResourceType& type, const json& object) {
  if (!is_marked(object) || grace_of(object) != 0) return false;
  if (is_namespace(type) && !is_empty_list(object.value("spec", json::object()), "finalizers")) return false;
  return is_empty_list(object["metadata"], "finalizers");
}

bool has_finalizer(const json& object, const std::string& finalizer) {
  const json all = object.at("metadata").value("finalizers", json::array());
  return std::find(all.begin(), all.end(), finalizer) != all.end();
}

void set_finalizer(json& object, const std::string& finalizer, bool wanted) {
  if (has_finalizer(object, finalizer) == wanted) return;
  json& metadata = object["metadata"];
  json& all = metadata["finalizers"];
  if (wanted) {
    all.push_back(finalizer);
    return;
  }
  all.erase(std::find(all.begin(), all.end(), finalizer));
  if (all.empty()) metadata.erase("finalizers");
}

std::int64_t grace_of(const json& object) {
  const json grace = object.at("metadata").value("deletionGracePeriodSeconds", json(0));
  return grace.is_number_integer() ? grace.get<std::int64_t>() : 0;
}

void mark_for_deletion(json& object, std::int64_t grace_seconds) {
  const bool is_new = !is_marked(object);
  json& metadata = object["metadata"];
  if (is_new || grace_seconds < grace_of(object)) {
    const auto end = std::chrono::system_clock::now() + std::chrono::seconds(grace_seconds);
    metadata["deletionTimestamp"] = rfc3339(end);
    metadata["deletionGracePeriodSeconds"] = grace_seconds;
  }
  const auto generation = metadata.find("generation");
  if (is_new && generation != metadata.end()) *generation = generation->get<std::int64_t>() + 1;
}

void mark_terminating(json& object) {
  if (is_marked(object)) return;
  object["metadata"]["deletionTimestamp"] = rfc3339_now();
  object["status"]["phase"] = "Terminating";
}

}  // namespace kplane::testing::server
