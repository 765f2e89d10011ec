#include "shop.hpp"

#include <algorithm>
#include <string>

#include <kplane/object.hpp>
#include <kplane/resource.hpp>

namespace trainer {
namespace {

/// Sets one field of the object `web` of a type; removes the object if there is no field.
struct Edit {
  std::string_view name;
  std::string_view api_version;
  std::string_view plural;
  std::string_view field{};
  std::string_view value{};
};

constexpr std::array<Edit, kActions> kEdits{{
    {"set the image", "apps/v1", "deployments", "/spec/template/spec/containers/0/image", "registry.example/web:1.4"},
    {"raise the memory", "apps/v1", "deployments", "/spec/template/spec/containers/0/resources/limits/memory", "64Mi"},
    {"ask the DNS", "apps/v1", "deployments", "/spec/template/spec/dnsPolicy", "ClusterFirst"},
    {"select the pods", "v1", "services", "/spec/selector/app", "web"},
    {"name the port", "v1", "services", "/spec/ports/0/targetPort", "http"},
    {"open the shop", "v1", "configmaps", "/data/mode", "open"},
    {"restart", "apps/v1", "deployments", "/spec/template/metadata/labels/restart", "now"},
    {"label", "v1", "configmaps", "/metadata/labels/checked", "yes"},
    {"try a new image", "apps/v1", "deployments", "/spec/template/spec/containers/0/image", "registry.example/web:2.0"},
    {"remove the Service", "v1", "services"},
    {"remove the ConfigMap", "v1", "configmaps"},
}};
constexpr std::array<std::string_view, kFaults> kBroken{
    "registry.example/web:no-such-tag", "1Mi", "Default", "wbe", "htpp", "closed"};

kplane::Request request_of(const kplane::Plane& plane, const Edit& edit) {
  const kplane::Resource type = plane.resource(edit.api_version, edit.plural).in("shop");
  if (edit.field.empty()) return type.remove_request("web");
  const std::string patch =
      R"([{"op":"add","path":")" + std::string(edit.field) + R"(","value":")" + std::string(edit.value) + R"("}])";
  return type.patch_request("web", kplane::PatchType::json, patch, {.idempotent = true});
}

bool holds(const kplane::Snapshot& state, const Edit& edit) {
  const kplane::SnapshotResource* const type = state.by_resource(edit.plural);
  return type != nullptr && std::ranges::any_of(type->items, [&](const kplane::Object& object) {
           return object.ns() == "shop" && object.name() == "web" &&
                  object.get<std::string_view>(edit.field) == edit.value;
         });
}

}  // namespace

std::string_view action_name(std::size_t action) { return kEdits.at(action).name; }

kplane::Request act(const kplane::Plane& plane, std::size_t action) { return request_of(plane, kEdits.at(action)); }

kplane::Request break_part(const kplane::Plane& plane, std::size_t fault) {
  Edit edit = kEdits.at(fault);
  edit.value = kBroken.at(fault);
  return request_of(plane, edit);
}

kplane::StateOptions observed() { return {.resources = {"deployments", "services", "configmaps"}, .warm = true}; }

Symptoms symptoms(const kplane::Snapshot& state) {
  Symptoms broken{};
  for (std::size_t i = 0; i < kFaults; ++i) broken.at(i) = !holds(state, kEdits.at(i));
  return broken;
}

double score(const kplane::Snapshot& state) {
  return static_cast<double>(std::ranges::count(symptoms(state), false)) / static_cast<double>(kFaults);
}

}  // namespace trainer
