#include "manifest/manifest_plan.hpp"

#include <algorithm>

#include "base/excerpt.hpp"
#include "codec/object_list.hpp"
#include "resource/resource_path.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

void check_manifest(const Manifest& manifest) {
  check_api_version(manifest.api_version);
  if (manifest.kind.empty()) throw ConfigError("kind is missing");
  check_object_name(manifest.name);
  if (!manifest.ns.empty()) check_namespace(manifest.ns);
  if (!manifest.subresource.empty()) check_subresource(manifest.subresource);
}

void check_set(const Manifests& set) {
  for (const Manifest& manifest : set) {
    try {
      check_manifest(manifest);
    } catch (const ConfigError& error) {
      throw ConfigError(manifest.origin + ": " + error.what());
    }
  }
}

/// The kind that a CRD defines, `GROUP/KIND`; empty when missing.
std::string defined_kind(const Manifest& definition) {
  auto document = std::make_shared<const Document>(memory::PaddedBuffer(definition.json), "a CustomResourceDefinition");
  try {
    const Object object = codec::decode_object(document);
    const auto group = object.get<std::string>("/spec/group");
    const auto kind = object.get<std::string>("/spec/names/kind");
    return group && kind ? *group + '/' + *kind : std::string();
  } catch (const DecodeError&) {  // the server will report what is wrong with it
    return {};
  }
}

}  // namespace

ManifestStage stage_of(const Manifest& manifest) noexcept {
  if (manifest.api_version == "v1" && manifest.kind == "Namespace") return ManifestStage::ns;
  const bool extends = api_group_of(manifest.api_version) == "apiextensions.k8s.io";
  return extends && manifest.kind == "CustomResourceDefinition" ? ManifestStage::crd : ManifestStage::rest;
}

ManifestPlan make_plan(const Manifests& set, const ManifestOptions& options, ManifestAction action) {
  if (!options.ns.empty()) check_namespace(options.ns);
  if (action == ManifestAction::apply) check_field_manager(options.field_manager);
  check_set(set);
  ManifestPlan plan{set, options, action};
  for (const ManifestStage stage : {ManifestStage::ns, ManifestStage::crd, ManifestStage::rest}) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      const bool is_nothing_to_do = action == ManifestAction::remove && !set[i].subresource.empty();
      if (stage_of(set[i]) == stage && !is_nothing_to_do) plan.order.push_back(i);
    }
  }
  if (action == ManifestAction::remove) std::reverse(plan.order.begin(), plan.order.end());
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (stage_of(set[i]) == ManifestStage::crd) plan.definition_of_kind.emplace(defined_kind(set[i]), i);
  }
  return plan;
}

const std::size_t* definition_of(const ManifestPlan& plan, const Manifest& manifest) {
  const auto found =
      plan.definition_of_kind.find(std::string(api_group_of(manifest.api_version)) + '/' + manifest.kind);
  return found == plan.definition_of_kind.end() ? nullptr : &found->second;
}

std::string describe(const Manifest& manifest) {
  return excerpt(manifest.kind) + ' ' + (manifest.ns.empty() ? "" : manifest.ns + '/') + manifest.name;
}

}  // namespace kplane::detail
