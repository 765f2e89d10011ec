#include "restore/fork.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "manifest/manifests_access.hpp"
#include "resource/pending_deletion.hpp"
#include "resource/served_types.hpp"
#include "resource/type_search.hpp"
#include "restore/creation_order.hpp"
#include "restore/sent_object.hpp"
#include "restore/server_objects.hpp"
#include "state/comparison_scope.hpp"

namespace kplane::detail {

namespace {

DiffOptions comparison_of(const ForkOptions& options) {
  DiffOptions comparison;
  comparison.ignored_types = options.ignored_types;
  return comparison;
}

class Fork {
 public:
  Fork(const PlaneEndpoint& endpoint, const Snapshot& state, const ForkOptions& options)
      : endpoint_(endpoint),
        state_(state),
        options_(options),
        scope_(ComparisonScope::of(comparison_of(options))),
        types_(built_in_types(endpoint)) {
    const SnapshotResource* definitions = state.by_resource("customresourcedefinitions", "apiextensions.k8s.io");
    if (definitions == nullptr) return;
    for (const Object& definition : definitions->items) {
      for (codec::ServedType& type : codec::types_of_definition(definition)) custom_types_.push_back(std::move(type));
    }
  }

  [[nodiscard]] Manifests make() {
    for (const SnapshotResource& resource : state_.resources) {
      if (!resource.items.empty() && scope_->covers(resource)) add(resource);
    }
    std::stable_sort(made_.begin(), made_.end(), [](const Made& a, const Made& b) { return a.stage < b.stage; });
    Manifests manifests;
    for (Made& one : made_) ManifestsAccess::append(manifests, std::move(one.manifest));
    return manifests;
  }

 private:
  struct Made {
    CreationStage stage;
    Manifest manifest;
  };

  void add(const SnapshotResource& resource) {
    const auto type = type_of(resource);
    if (!type) return;
    const CreationStage stage = creation_stage(resource.group, resource.resource);
    for (const Object& object : resource.items) {
      if (is_wanted(resource, object)) add(stage, *type, object);
    }
  }

  /// nullopt for a read-only type, such as componentstatuses.
  [[nodiscard]] std::optional<codec::ServedType> type_of(const SnapshotResource& resource) const {
    if (const auto* type = find_type(*types_, resource.group, resource.resource)) return *type;
    if (const auto* type = find_type(custom_types_, resource.group, resource.resource)) return *type;
    if (resource.group.empty() || is_built_in(resource.group + "/v1")) return std::nullopt;
    return search_type(endpoint_, resource.group, resource.resource);
  }

  [[nodiscard]] bool is_wanted(const SnapshotResource& resource, const Object& object) const {
    if (owner_of(resource, object) != ObjectOwner::user || is_marked(object)) return false;
    if (options_.namespaces.empty()) return true;
    const bool is_namespace = resource.group.empty() && resource.resource == "namespaces";
    const std::string_view ns = is_namespace ? object.name() : object.ns();
    return std::find(options_.namespaces.begin(), options_.namespaces.end(), ns) != options_.namespaces.end();
  }

  void add(CreationStage stage, const codec::ServedType& type, const Object& object) {
    Manifest manifest{type.api_version,
                      type.kind,
                      std::string(object.ns()),
                      std::string(object.name()),
                      encode_without_status(object, type),
                      "state of plane " + state_.cluster};
    std::string status = options_.status ? encode_status_only(object, type) : std::string();
    if (!status.empty()) {
      Manifest second = manifest;
      second.json = std::move(status);
      second.subresource = "status";
      made_.push_back({CreationStage::late, std::move(second)});
    }
    made_.push_back({stage, std::move(manifest)});
  }

  const PlaneEndpoint& endpoint_;
  const Snapshot& state_;
  const ForkOptions& options_;
  std::shared_ptr<const ComparisonScope> scope_;
  std::shared_ptr<const TypeList> types_;
  TypeList custom_types_;
  std::vector<Made> made_;
};

}  // namespace

Manifests fork_manifests(const PlaneEndpoint& endpoint, const Snapshot& state, const ForkOptions& options) {
  return Fork(endpoint, state, options).make();
}

}  // namespace kplane::detail
