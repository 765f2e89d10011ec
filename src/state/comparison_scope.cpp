#include "state/comparison_scope.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "json/content_hash.hpp"

namespace kplane::detail {

namespace {

// Keep in sync with the documentation of DiffOptions.
constexpr std::array<const char*, 3> server_types = {"events", "events.events.k8s.io", "leases.coordination.k8s.io"};
constexpr std::array<const char*, 22> server_fields = {
    "/metadata/uid",
    "/metadata/resourceVersion",
    "/metadata/generation",
    "/metadata/creationTimestamp",
    "/metadata/managedFields",
    "/metadata/selfLink",
    "/metadata/labels/multicluster.k8s.io~1cluster",
    "/metadata/ownerReferences/*/uid",
    "/status/observedGeneration",
    "/status/conditions/*/observedGeneration",
    "/status/conditions/*/lastTransitionTime",
    "/status/conditions/*/lastUpdateTime",
    "/status/conditions/*/lastHeartbeatTime",
    "/status/conditions/*/lastProbeTime",
    "/spec/claimRef/uid",
    "/spec/claimRef/resourceVersion",
    // Of a Job and its pods: derived from the uid.
    "/metadata/labels/controller-uid",
    "/metadata/labels/batch.kubernetes.io~1controller-uid",
    "/spec/selector/matchLabels/controller-uid",
    "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid",
    "/spec/template/metadata/labels/controller-uid",
    "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
};
constexpr const char* server_value = "/metadata/deletionTimestamp";

bool is_default(const DiffOptions& options) noexcept {
  return options.ignored_fields.empty() && options.ignored_types.empty() && options.ignore_server_fields;
}

/// Whether a type is called `pods`, or `deployments.apps`.
bool is_name_of(std::string_view name, const SnapshotResource& type) noexcept {
  if (type.group.empty()) return name == type.resource;
  const std::size_t dot = type.resource.size();
  return name.size() == dot + 1 + type.group.size() && name[dot] == '.' && name.substr(0, dot) == type.resource &&
         name.substr(dot + 1) == type.group;
}

/// Depends only on the fields, in any order.
std::uint64_t id_of(const DiffOptions& options) {
  kplane::json::ContentHash sum{options.ignore_server_fields ? std::uint64_t{1} : std::uint64_t{0}, 0};
  for (const std::string& field : std::set<std::string>(options.ignored_fields.begin(), options.ignored_fields.end())) {
    sum += kplane::json::hash_of_bytes(field, 0);
  }
  return sum.low ^ sum.high;
}

}  // namespace

std::shared_ptr<const ComparisonScope> ComparisonScope::of(const DiffOptions& options) {
  static const auto usual = std::make_shared<const ComparisonScope>(DiffOptions{});
  return is_default(options) ? usual : std::make_shared<const ComparisonScope>(options);
}

ComparisonScope::ComparisonScope(const DiffOptions& options)
    : ignored_types_(options.ignored_types.begin(), options.ignored_types.end()), fields_id_(id_of(options)) {
  for (const std::string& field : options.ignored_fields) fields_.add(field);
  if (options.ignore_server_fields) {
    for (const char* field : server_fields) fields_.add(field);
    fields_.add_value(server_value);
    ignored_types_.insert(server_types.begin(), server_types.end());
  }
  fields_.finish();
}

bool ComparisonScope::covers(const SnapshotResource& resource) const {
  const auto names_it = [&](const std::string& type) { return is_name_of(type, resource); };
  return std::none_of(ignored_types_.begin(), ignored_types_.end(), names_it);
}

}  // namespace kplane::detail
