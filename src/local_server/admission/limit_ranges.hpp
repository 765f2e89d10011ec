// The LimitRanger plugin: defaults and limits from the LimitRanges of a namespace.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Gives the containers of a pod the default requests and limits.
void set_default_limits(const Store& store, const std::string& ns, nlohmann::json& pod);

/// @return how a pod or a PersistentVolumeClaim violates the LimitRanges; empty: not at all
[[nodiscard]] std::string limit_problem(const Store& store, const ResourceType& type, const std::string& ns,
                                        const nlohmann::json& object);

}  // namespace kplane::testing::server
