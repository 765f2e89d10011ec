// The system objects that every new plane gets (contract §1).
#pragma once

#include "store.hpp"

namespace kplane::testing::server {

/// Fills an empty store with the system namespaces, RBAC defaults, the ServiceCIDR, the `kubernetes` Service and the
/// rest.
void bootstrap(Store& store);

}  // namespace kplane::testing::server
