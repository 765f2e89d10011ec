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

/// Whether this is one label of an RFC 1123 subdomain, of any length.
[[nodiscard]] bool is_label(std::string_view label) noexcept;

/// Whether this is `v1`, or `GROUP/VERSION`.
[[nodiscard]] bool is_api_version(std::string_view api_version) noexcept;

/// A plane's ID (contract §1 and §10): it becomes a path segment, and a label's value.
void check_cluster_id(std::string_view cluster);
/// A resource's plural name for a filter.
void check_resource_name(std::string_view resource);
/// A Kubernetes object name: an RFC 1123 subdomain.
void check_fleet_name(std::string_view name);
/// The version of an API: `v1`, or `GROUP/VERSION`.
void check_api_version(std::string_view api_version);
/// A resource's plural name, or a subresource's, as it stands in a path.
void check_plural(std::string_view plural);
void check_subresource(std::string_view name);
/// A namespace's name: an RFC 1123 label.
void check_namespace(std::string_view ns);
/// The name of any object, as far as it must stand in a path: types have rules of their own.
void check_object_name(std::string_view name);
/// Server-side apply goes by who owns which field.
void check_field_manager(std::string_view field_manager);
void check_replicas(std::int64_t replicas);

/// A Fleet's status is one object, and etcd takes 1.5 MB: some 16,000 ready members (contract §10).
inline constexpr std::int32_t most_fleet_members = 15'000;
/// The status of some 7,000 pending members with their messages does not fit either.
inline constexpr std::int32_t recommended_fleet_members = 4'000;
/// check_replicas(), and no more than most_fleet_members.
void check_fleet_size(std::int64_t replicas);
/// What to say of a Fleet that has more members than recommended; empty: nothing.
[[nodiscard]] std::string fleet_size_advice(std::string_view fleet, std::int32_t replicas);
/// The ID that the spec's prefix gives to a member of a Fleet that has no `names` (contract §5).
[[nodiscard]] std::string member_id(std::string_view fleet, const FleetSpec& spec, std::int64_t index);
/// Whether the IDs that are made up for the members are IDs: the longest one is looked at. `names` are
/// checked_spec()'s.
void check_member_ids(std::string_view fleet, const FleetSpec& spec);
/// @return the spec with `replicas` filled in where only `names` was given
[[nodiscard]] FleetSpec checked_spec(FleetSpec spec);
void check_client_options(const ClientOptions& options);
/// A token over plain http to another machine can be read by everybody on the way.
void check_token_channel(bool has_token, bool is_private_channel, bool allow_insecure_auth);

}  // namespace kplane::detail
