// Checks of user input before any I/O. Every check_… function throws a ConfigError that says what is wrong and what is
// allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <kplane/client_options.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/state_options.hpp>

namespace kplane::detail {

/// Whether this is one label of an RFC 1123 subdomain, of any length.
[[nodiscard]] bool is_label(std::string_view label) noexcept;

/// Whether this is `v1`, or `GROUP/VERSION`.
[[nodiscard]] bool is_api_version(std::string_view api_version) noexcept;

/// A plane ID (contract §1 and §10), which becomes a path segment and a label value.
void check_cluster_id(std::string_view cluster);
/// A plural resource name for a filter.
void check_resource_name(std::string_view resource);
/// A Kubernetes object name: an RFC 1123 subdomain.
void check_fleet_name(std::string_view name);
/// The version of an API: `v1`, or `GROUP/VERSION`.
void check_api_version(std::string_view api_version);
/// A plural resource name, or a subresource name, for a path.
void check_plural(std::string_view plural);
void check_subresource(std::string_view name);
/// A namespace name: an RFC 1123 label.
void check_namespace(std::string_view ns);
/// The name of any object, only as far as it must be valid in a path: types have their own rules.
void check_object_name(std::string_view name);
/// Must not be empty: server-side apply records it as the owner of fields.
void check_field_manager(std::string_view field_manager);
void check_replicas(std::int64_t replicas);

/// A Fleet's status is one object, and etcd's limit of 1.5 MB allows about 16,000 ready members (contract §10).
inline constexpr std::int32_t most_fleet_members = 15'000;
/// The status of some 7,000 pending members with their messages does not fit either.
inline constexpr std::int32_t recommended_fleet_members = 4'000;
/// check_replicas(), and no more than most_fleet_members.
void check_fleet_size(std::int64_t replicas);
/// The warning for a Fleet with more members than recommended; empty: none.
[[nodiscard]] std::string fleet_size_advice(std::string_view fleet, std::int32_t replicas);
/// The generated ID of a member of a Fleet without `names` (contract §5).
[[nodiscard]] std::string member_id(std::string_view fleet, const FleetSpec& spec, std::int64_t index);
/// Checks the generated member IDs, by the longest one. `names` are checked by checked_spec().
void check_member_ids(std::string_view fleet, const FleetSpec& spec);
/// @return the spec, with `replicas` filled in if only `names` was given
[[nodiscard]] FleetSpec checked_spec(FleetSpec spec);
void check_client_options(const ClientOptions& options);
/// A token sent over plain http to another machine can be read by anyone on the network path.
void check_token_channel(bool has_token, bool is_private_channel, bool allow_insecure_auth);

}  // namespace kplane::detail
