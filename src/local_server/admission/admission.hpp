// The effects of the API server's admission plugins on an object: mutations and rejections.
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
/// ResourceQuota, which are the default ones; webhooks and policies are not among them.
struct Creation {
  Store& store;    ///< of the plane: its namespaces
  Store& objects;  ///< whose accounts, classes, limits and quotas count
  const ResourceType& type;
  std::string ns{};
  std::string name{};
  Commit commit = Commit::store;
};

/// Applies the plugins' mutations, before validation. Reads the stores.
/// @param object with its defaults @throws StatusError 403 or 404 when a plugin rejects it
void admit(const Creation& creation, nlohmann::json& object);

/// Applies the plugins' validation to an object in its final form, and charges the quotas.
/// @return warnings @throws StatusError 403
[[nodiscard]] Warnings admit_final(const Creation& creation, const nlohmann::json& object);

/// Applies the plugins' mutations to a changed pod: keeps what was decided at creation, and adds tolerations.
void admit_again(const ResourceType& type, const nlohmann::json& before, nlohmann::json& object);

}  // namespace kplane::testing::server
