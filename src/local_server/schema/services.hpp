// The fields of a Service that the API server allocates: addresses and node ports.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// The clusterIP of a Service that has none.
inline constexpr char kHeadless[] = "None";

[[nodiscard]] bool is_service(const ResourceType& type);

/// Keeps the addresses and ports that an update omits, and drops those that a Service of the new type does not have.
void keep_allocations(const nlohmann::json& before, nlohmann::json& service);

/// Fills in the families of a Service's addresses. @param before nullptr for a new one
/// @return problems with families that an IPv4-only server cannot provide
[[nodiscard]] std::vector<Cause> settle_families(nlohmann::json& spec, const nlohmann::json* before);

[[nodiscard]] bool needs_cluster_ip(const nlohmann::json& spec);
[[nodiscard]] bool needs_node_ports(const nlohmann::json& spec);
[[nodiscard]] bool needs_health_check_port(const nlohmann::json& spec);

}  // namespace kplane::testing::server
