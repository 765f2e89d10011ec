// The semantics and answers of delete and deletecollection.
#pragma once

#include <nlohmann/json.hpp>

#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Deletes one object, or marks it if a finalizer, a grace period or `spec.finalizers` of a namespace blocks that.
/// Whatever the propagation policy, dependents stay: there is no garbage collector.
/// @throws StatusError
[[nodiscard]] Answer remove(Store& store, const ResourceType& type, const RestRequest& request);

/// Deletes all objects of a type, or of a type in one namespace, and answers with them. @throws StatusError
[[nodiscard]] Answer remove_collection(Store& store, const ResourceType& type, const RestRequest& request);

/// Deletes a pod with the DeleteOptions of an Eviction, if any. @throws StatusError
void evict(Store& store, const ObjectName& pod, const RestRequest& request, const nlohmann::json& delete_options);

/// Removes an object if nothing blocks that, for the namespace controller. @return whether the object is gone
bool remove_if_unheld(Store& store, const ResourceType& type, const ObjectName& name);

}  // namespace kplane::testing::server
