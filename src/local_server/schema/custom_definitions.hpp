// The processing of CustomResourceDefinitions, and the types that they define.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The finalizer of a definition whose objects have not been removed yet.
inline constexpr const char* kDefinitionFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/// Whether a type is that of CustomResourceDefinitions.
[[nodiscard]] bool is_definition(const ResourceType& type);
/// Whether the types of a definition are served.
[[nodiscard]] bool is_established(const nlohmann::json& definition);

/// Fills in a definition's defaults.
void fill_definition(nlohmann::json& definition);
/// Initialises the status of a new definition, and adds the storage version to that of a changed one.
void fill_definition_status(nlohmann::json& definition);

/// One type for each version that is served, by the accepted names. @param definition one that is established
[[nodiscard]] std::vector<ResourceType> types_of(const nlohmann::json& definition);

/// Accepts the names of a definition unless others of its group have taken them, and sets its status. A definition
/// whose names are accepted is established.
void accept_names(nlohmann::json& definition, const std::vector<nlohmann::json>& others);

/// Sets the Terminating condition of a definition. @param in_progress whether its objects are still being deleted
void mark_terminating_definition(nlohmann::json& definition, bool in_progress);

}  // namespace kplane::testing::server
