// What the API server's admission plugins make of an object that is to be created, and what they refuse.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// `Warning` headers.
using Warnings = std::vector<std::pair<std::string, std::string>>;

/// A creation. Its plugins are NamespaceLifecycle, LimitRanger, ServiceAccount, TaintNodesByCondition, PodSecurity,
/// Priority, DefaultTolerationSeconds, DefaultStorageClass, StorageObjectInUseProtection, RuntimeClass and
/// ResourceQuota, as a server without flags has them; webhooks and policies are none of them.
struct Creation {
  Store& store;    ///< of the plane: its namespaces
  Store& objects;  ///< whose accounts, classes, limits and quotas count
  const ResourceType& type;
  std::string ns{};
  std::string name{};
  Commit commit = Commit::store;
};

/// Fills in what the plugins decide, before the object is checked. Reads the stores.
/// @param object with its defaults @throws StatusError 403 or 404 for what they refuse
void admit(const Creation& creation, nlohmann::json& object);

/// What they refuse of an object that is as it will be stored. Counts it in the quotas.
/// @return warnings @throws StatusError 403
[[nodiscard]] Warnings admit_final(const Creation& creation, const nlohmann::json& object);

/// Fills in what the plugins decide when a pod changes: what was settled when it was created, and its tolerations.
void admit_again(const ResourceType& type, const nlohmann::json& before, nlohmann::json& object);

}  // namespace kplane::testing::server
