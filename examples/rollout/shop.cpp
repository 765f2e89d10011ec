// Patches and checks of the shop's Kubernetes objects.
#include "shop.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <kplane/error.hpp>
#include <kplane/manifest.hpp>
#include <kplane/object.hpp>
#include <kplane/request.hpp>

namespace rollout {

namespace {

using kplane::Object;
using kplane::Snapshot;
using kplane::SnapshotResource;

/// One part of the shop: its object, and the patches that repair and break it. shop.yaml has the objects themselves.
struct Part {
  std::string_view name;
  std::string_view kind;
  std::string_view resource;
  std::string_view collection;
  std::string_view mend;
  std::string_view spoil;
};

constexpr std::string_view kName = "shop";  // of the namespace and of everything in it
constexpr std::string_view kGoodImage = "registry.example/shop:1.4";

constexpr std::array<Part, kPartCount> kParts{{
    {"image", "Deployment", "deployments", "/apis/apps/v1/namespaces/shop/deployments",
     // A merge patch replaces arrays as a whole.
     R"({"spec": {"template": {"spec": {"containers": [{"name": "shop", "image": "registry.example/shop:1.4"}]}}}})",
     R"({"spec": {"template": {"spec": {"containers": [
           {"name": "shop", "image": "registry.example/shop:no-such-tag"}]}}}})"},
    {"selector", "Service", "services", "/api/v1/namespaces/shop/services",
     R"({"spec": {"selector": {"app": "shop"}}})", R"({"spec": {"selector": {"app": "nothing-matches"}}})"},
    {"mode", "ConfigMap", "configmaps", "/api/v1/namespaces/shop/configmaps", R"({"data": {"mode": "open"}})",
     R"({"data": {"mode": null}})"},
}};

/// The shop's object of a type; nullptr when the snapshot does not show it.
const Object* find_object(const Snapshot& snapshot, std::string_view resource) {
  const SnapshotResource* found = snapshot.by_resource(resource);
  if (found == nullptr) return nullptr;
  const auto object =
      std::ranges::find_if(found->items, [](const Object& item) { return item.name() == kName && item.ns() == kName; });
  return object == found->items.end() ? nullptr : &*object;
}

/// A string field of the shop's object of a type; nullopt when either is absent.
std::optional<std::string_view> field(const Snapshot& snapshot, std::string_view resource, std::string_view pointer) {
  const Object* object = find_object(snapshot, resource);
  return object == nullptr ? std::nullopt : object->get<std::string_view>(pointer);
}

bool image_exists(const Snapshot& snapshot) {
  return field(snapshot, "deployments", "/spec/template/spec/containers/0/image") == kGoodImage;
}

bool service_selects_pods(const Snapshot& snapshot) {
  const auto label = field(snapshot, "deployments", "/spec/template/metadata/labels/app");
  return label.has_value() && field(snapshot, "services", "/spec/selector/app") == label;
}

bool mode_is_set(const Snapshot& snapshot) { return field(snapshot, "configmaps", "/data/mode").has_value(); }

std::string object_path(const Part& part) { return std::string(part.collection) + '/' + std::string(kName); }

bool is_part(const kplane::Manifest& manifest, const Part& part) {
  return manifest.kind == part.kind && manifest.name == kName && manifest.ns == kName;
}

}  // namespace

std::string to_string(const Action& action) {
  return (action.mends ? "mend " : "break ") + std::string(kParts.at(action.part).name);
}

double score(const Snapshot& snapshot) {
  const std::array checks{image_exists(snapshot), service_selects_pods(snapshot), mode_is_set(snapshot)};
  const auto held = std::ranges::count(checks, true);
  return static_cast<double>(held) / static_cast<double>(checks.size());
}

std::vector<std::string> scored_types() {
  std::vector<std::string> types;
  for (const Part& part : kParts) types.emplace_back(part.resource);
  return types;
}

void check_opened(const kplane::ManifestResults& applied) {
  applied.raise_if_failed();
  for (const Part& part : kParts) {
    const bool is_there = std::ranges::any_of(applied, [&](const auto& one) { return is_part(one.manifest, part); });
    if (!is_there) throw kplane::ConfigError("the shop has no " + std::string(part.kind) + " shop/shop");
  }
}

void Shop::apply(const Action& action) {
  const Part& part = kParts.at(action.part);
  // A merge patch that sets fields to fixed values may be sent twice; the library cannot know that, hence `idempotent`.
  plane_.request({.method = "PATCH",
                  .path = object_path(part),
                  .body = std::string(action.mends ? part.mend : part.spoil),
                  .content_type = "application/merge-patch+json",
                  .idempotent = true});
}

}  // namespace rollout
