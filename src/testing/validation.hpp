// What an object must look like before it is stored: its envelope, its metadata, its name, and the Fleet's schema.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "resource_types.hpp"
#include "status.hpp"

namespace kplane::testing::server {

/// Checks apiVersion and kind against the type, filling in what a built-in type may leave out, and that metadata has
/// the types it must have. @throws StatusError 400
void check_envelope(const ResourceType& type, nlohmann::json& object);

/// @return what is wrong with a name; empty when nothing is.
[[nodiscard]] std::string name_problem(const ResourceType& type, const std::string& name);

/// Checks the name and, for Fleets, definitions and custom types, what they must look like. @throws StatusError 422
/// naming every cause.
void check_valid(const ResourceType& type, const std::string& name, const nlohmann::json& object);

}  // namespace kplane::testing::server
