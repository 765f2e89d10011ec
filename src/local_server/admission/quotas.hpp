// ResourceQuota: what an object uses of the quotas of its namespace. Quotas without a status let everything through.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Adds what a new object uses to `status.used` of the quotas. @throws StatusError 403 when one does not allow it
void charge_quotas(Store& store, const ResourceType& type, const std::string& ns, const std::string& name,
                   const nlohmann::json& object, Commit commit);

}  // namespace kplane::testing::server
