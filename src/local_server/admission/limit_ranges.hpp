// LimitRanger: what the LimitRanges of a namespace give to pods and claims, and what they refuse.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Gives the containers of a pod the default requests and limits.
void set_default_limits(const Store& store, const std::string& ns, nlohmann::json& pod);

/// @return what the LimitRanges say against a pod or a PersistentVolumeClaim; empty: nothing
[[nodiscard]] std::string limit_problem(const Store& store, const ResourceType& type, const std::string& ns,
                                        const nlohmann::json& object);

}  // namespace kplane::testing::server
