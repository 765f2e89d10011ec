// What create, replace, patch, apply and delete mean and answer.
#pragma once

#include "answer.hpp"
#include "resource_types.hpp"
#include "rest.hpp"
#include "store.hpp"

namespace kplane::testing::server {

// All of them throw StatusError for every failure.

[[nodiscard]] Answer create(Store& store, const ResourceType& type, const RestRequest& request);
[[nodiscard]] Answer replace(Store& store, const ResourceType& type, const RestRequest& request);
/// A patch of any kind, server-side apply among them.
[[nodiscard]] Answer patch(Store& store, const ResourceType& type, const RestRequest& request);
[[nodiscard]] Answer get_scale(const Store& store, const ResourceType& type, const RestRequest& request);

}  // namespace kplane::testing::server
