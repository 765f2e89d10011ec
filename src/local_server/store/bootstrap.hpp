// The system objects that every new plane gets (contract §1).
#pragma once

#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Fills an empty store with the system namespaces, RBAC defaults, the ServiceCIDR, the `kubernetes` Service and the
/// rest.
/// @param aggregate_roles `view`, `edit` and `admin` have the rules that a controller would fill in; else none
void bootstrap(Store& store, bool aggregate_roles = false);

}  // namespace kplane::testing::server
