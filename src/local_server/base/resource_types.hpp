// The resource types the server knows: the built-in ones, from tables/resources.json, and the Fleet.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// The rule for names of this type.
enum class NameRule {
  subdomain,     ///< RFC 1123 subdomain: most types
  label,         ///< RFC 1123 label: namespaces
  path_segment,  ///< anything valid in a path: RBAC names such as `system:node`
};

/// JSON pointers to the fields that the `scale` subresource shows; empty: none.
struct ScalePaths {
  std::string spec_replicas{};
  std::string status_replicas{};
  std::string selector{};
};

/// A subresource, such as `status`. Its kind is that of the type unless it names another one.
struct Subresource {
  std::string name{};
  std::string kind{};
  std::string group{};
  std::string version{};
  std::vector<std::string> verbs{};
};

struct ResourceType {
  std::string group{};
  std::string version{};
  std::string resource{};  ///< the plural, lower case
  std::string kind{};
  bool namespaced = false;
  bool has_status = false;          ///< has a `status` subresource, so the main resource ignores `status`
  bool watched_from_start = false;  ///< a fresh plane has a live informer for it (contract §3)
  NameRule name_rule = NameRule::subdomain;
  bool custom = false;  ///< defined by a CRD: stricter about apiVersion/kind, absent from `/state`
  std::string singular{};
  std::vector<std::string> short_names{};
  std::vector<std::string> categories{};
  std::optional<ScalePaths> scale{};  ///< has a `scale` subresource
  std::vector<std::string> verbs{};
  std::vector<Subresource> subresources{};
  std::string storage_hash{};  ///< of the stored version's kind; empty: nothing of this type is stored
  std::string deprecation{};   ///< the warning for clients of a deprecated custom version
  std::vector<std::string> selectable_fields{};  ///< of a custom type, such as `spec.colour`
  bool terminating = false;                      ///< the definition is being deleted: nothing new is created
  /// The openAPIV3Schema of a custom type; nullptr: none is known. Shared, because it outlives the definition.
  std::shared_ptr<const nlohmann::json> schema{};
  std::shared_ptr<const nlohmann::json> printer_columns{};  ///< the additionalPrinterColumns of a custom type
};

/// nullptr when the type has no such subresource.
[[nodiscard]] const Subresource* find_subresource(const ResourceType& type, std::string_view name);
/// `v1`, `apps/v1`.
[[nodiscard]] std::string api_version(const ResourceType& type);
/// `pods`, `deployments.apps`: the form that error messages use.
[[nodiscard]] std::string qualified_resource(const ResourceType& type);
/// `Pod`, `Deployment.apps`.
[[nodiscard]] std::string qualified_kind(const ResourceType& type);

/// All built-in types in their preferred versions, without those that are never stored, sorted by (group, resource).
[[nodiscard]] const std::vector<ResourceType>& built_in_types();
/// Everything that discovery lists, in its order: groups, versions, resources.
[[nodiscard]] const std::vector<ResourceType>& listed_types();
/// One of listed_types(); nullptr when there is none.
[[nodiscard]] const ResourceType* find_listed(std::string_view group, std::string_view version,
                                              std::string_view resource);
/// Whether a group, or the core group, belongs to the server itself.
[[nodiscard]] bool is_built_in_group(std::string_view group);
/// The built-in type at /api/{version} or /apis/{group}/{version}; nullptr when there is none.
[[nodiscard]] const ResourceType* find_built_in(std::string_view group, std::string_view version,
                                                std::string_view resource);
/// The one version of a built-in type; nullptr when there is none.
[[nodiscard]] const ResourceType* find_built_in(std::string_view group, std::string_view resource);
/// Fills in the verbs and subresources of a custom type, which follow from its other members.
void add_custom_details(ResourceType& type);
/// fleets.kplane.dev.
[[nodiscard]] const ResourceType& fleet_type();

}  // namespace kplane::testing::server
