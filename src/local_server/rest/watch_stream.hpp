// Watches: a collection's changes as a stream of lines.
#pragma once

#include <chrono>
#include <string>

#include "local_server/base/answer.hpp"
#include "local_server/print/view.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Answers a GET of a collection that asks for a watch. The watch has begun when this returns: no change from then on
/// is missed.
/// @param ns empty: all namespaces
/// @param view what its events show of objects
/// @param bookmark_interval how long a watch may be quiet before it gets a bookmark, if it takes them
/// @throws StatusError for a query that makes no sense. A version that is too old is an event of the stream.
[[nodiscard]] Answer answer_watch(Store& store, const ResourceType& type, const std::string& ns, const Query& query,
                                  const View& view, std::chrono::milliseconds bookmark_interval);

}  // namespace kplane::testing::server
