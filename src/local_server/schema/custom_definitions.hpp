// CustomResourceDefinitions: what a server makes of them, and the types that they define.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The finalizer of a definition whose objects are yet to go.
inline constexpr const char* kDefinitionFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/// Whether a type is that of CustomResourceDefinitions.
[[nodiscard]] bool is_definition(const ResourceType& type);
/// Whether the types of a definition are served.
[[nodiscard]] bool is_established(const nlohmann::json& definition);

/// Fills in what a definition may leave to the server.
void fill_definition(nlohmann::json& definition);
/// Gives a new definition its status, and adds the version that objects are stored in to that of a changed one.
void fill_definition_status(nlohmann::json& definition);

/// One type for each version that is served, by the accepted names. @param definition one that is established
[[nodiscard]] std::vector<ResourceType> types_of(const nlohmann::json& definition);

/// Accepts the names of a definition as far as the others of its group have not taken them, and says so in its status.
/// A definition whose names are accepted is established.
void accept_names(nlohmann::json& definition, const std::vector<nlohmann::json>& others);

/// Says in its status that a definition is being deleted. @param in_progress whether its objects are
void mark_terminating_definition(nlohmann::json& definition, bool in_progress);

}  // namespace kplane::testing::server
