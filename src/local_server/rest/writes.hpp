// The semantics and answers of create, replace, patch and apply.
#pragma once

#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

// All of them throw StatusError for every failure.

[[nodiscard]] Answer create(Store& store, const ResourceType& type, const RestRequest& request);
[[nodiscard]] Answer replace(Store& store, const ResourceType& type, const RestRequest& request);
/// A patch of any kind, server-side apply among them.
[[nodiscard]] Answer patch(Store& store, const ResourceType& type, const RestRequest& request);
[[nodiscard]] Answer get_scale(const Store& store, const ResourceType& type, const RestRequest& request);

}  // namespace kplane::testing::server
