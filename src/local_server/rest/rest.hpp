// Kubernetes REST semantics on a store: create, get, list, replace, patch and delete.
#pragma once

#include <map>
#include <string>

#include "local_server/auth/requester.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// One request for a resource whose type is already known.
struct RestRequest {
  std::string method{};
  std::string ns{};
  std::string name{};         ///< empty: the collection
  std::string subresource{};  ///< empty, `status`, `scale` or `finalize`
  std::map<std::string, std::string> query{};
  std::string content_type{};
  std::string body{};
  std::string user_agent{};
  const Requester* requester =
      nullptr;  ///< for permissions beyond the write's own verb; nullptr: everything is allowed
};

/// The RBAC verb of a request, such as `list`.
[[nodiscard]] std::string verb_of(const std::string& method, bool on_collection);

/// @throws StatusError for every failure.
[[nodiscard]] Answer answer_rest(Store& store, const ResourceType& type, const RestRequest& request);

}  // namespace kplane::testing::server
