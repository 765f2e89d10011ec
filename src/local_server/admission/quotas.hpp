// The ResourceQuota plugin: charges objects to the quotas of their namespace. Quotas without a status allow everything.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Adds a new object's usage to `status.used` of the quotas. @throws StatusError 403 when a quota is exceeded
void charge_quotas(Store& store, const ResourceType& type, const std::string& ns, const std::string& name,
                   const nlohmann::json& object, Commit commit);

}  // namespace kplane::testing::server
