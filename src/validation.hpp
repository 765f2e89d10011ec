// What is checked of a user's input before any I/O. Every function throws ConfigError that says what is wrong and what
// is right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kplane/client_options.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/state_options.hpp>

namespace kplane::detail {

/// A plane's ID (contract §1): it becomes a path segment.
void check_cluster_id(std::string_view cluster);
/// A resource's plural name for a filter.
void check_resource_name(std::string_view resource);
/// A Kubernetes object name: an RFC 1123 subdomain.
void check_fleet_name(std::string_view name);
void check_replicas(std::int64_t replicas);
/// @return the spec with `replicas` filled in where only `names` was given
[[nodiscard]] FleetSpec checked_spec(FleetSpec spec);
void check_client_options(const ClientOptions& options);
/// A token over plain http to another machine can be read by everybody on the way.
void check_token_channel(bool has_token, bool is_private_channel, bool allow_insecure_auth);

}  // namespace kplane::detail
