// Including the resourceVersion makes the server reject a change meant for another version.
#include "codec/finalizers.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "json/dump.hpp"

namespace kplane::codec {

namespace {

constexpr std::array<std::string_view, 8> well_known = {"kubernetes",  // a namespace's own, in its spec
                                                        "foregroundDeletion",
                                                        "orphan",
                                                        "kubernetes.io/pvc-protection",
                                                        "kubernetes.io/pv-protection",
                                                        "kubernetes.io/vac-protection",
                                                        "batch.kubernetes.io/job-tracking",
                                                        "resource.kubernetes.io/delete-protection"};

bool is_kept(std::string_view finalizer, FinalizerPolicy policy) {
  if (policy == FinalizerPolicy::all) return false;
  return policy == FinalizerPolicy::keep ||
         std::find(well_known.begin(), well_known.end(), finalizer) == well_known.end();
}

}  // namespace

std::vector<std::string> kept_finalizers(const Object& object, std::string_view pointer, FinalizerPolicy policy) {
  std::vector<std::string> kept;
  for (const Object& finalizer : object.elements(pointer)) {
    std::string name = finalizer.get<std::string>("").value_or(std::string());
    if (is_kept(name, policy)) kept.push_back(std::move(name));
  }
  return kept;
}

std::string encode_finalizers_patch(const Object& object) {
  nlohmann::json metadata = {{"finalizers", nullptr}};
  if (!object.uid().empty()) metadata["uid"] = object.uid();
  if (!object.resource_version().empty()) metadata["resourceVersion"] = object.resource_version();
  return nlohmann::json{{"metadata", std::move(metadata)}}.dump();
}

std::string encode_finalized(const Object& ns) {
  nlohmann::json object = nlohmann::json::parse(ns.raw(), nullptr, false);
  if (!object.is_object()) throw DecodeError("a Namespace that is not a JSON object", 0);
  object["spec"]["finalizers"] = nlohmann::json::array();
  return json::dump(object);
}

}  // namespace kplane::codec
