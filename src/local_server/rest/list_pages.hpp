// Lists of a collection: pages of it, and how it was at an earlier resourceVersion.
#pragma once

#include <string>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// The `metadata` of a list.
struct ListMetadata {
  std::uint64_t resource_version = 0;
  std::string continue_token{};                       ///< empty: this is the end of the list
  std::optional<std::size_t> remaining_item_count{};  ///< only with a token, and without selectors
};

/// The list document. Built-in types list their items without apiVersion and kind, custom ones with them, as the real
/// server does.
[[nodiscard]] std::string list_text(const ResourceType& type, const std::vector<ObjectPtr>& objects,
                                    const ListMetadata& metadata);

/// Answers a GET of a collection. All pages of a list show its state at the time of the first one.
/// @param ns empty: all namespaces
/// @throws StatusError: 410 when the store's history no longer has the requested version.
[[nodiscard]] Answer answer_list(const Store& store, const ResourceType& type, const std::string& ns,
                                 const Query& query);

}  // namespace kplane::testing::server
