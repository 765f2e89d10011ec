// The system objects that every new plane gets (contract §1).
#pragma once

#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// The system namespaces, RBAC defaults, the ServiceCIDR, the `kubernetes` Service and the rest. They live as long as
/// the process.
/// @param aggregate_roles `view`, `edit` and `admin` have the rules that a controller would fill in; else none
/// @param labelled planes label their objects
[[nodiscard]] const InitialObjects& system_objects(bool aggregate_roles, bool labelled);

/// Adds these objects to a store, which shares them with others until they are written.
void bootstrap(Store& store, bool aggregate_roles = false);

}  // namespace kplane::testing::server
