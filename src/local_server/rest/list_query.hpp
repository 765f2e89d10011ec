// The query parameters of collection reads, except selectors, parsed and rejected as Kubernetes does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace kplane::testing::server {

using Query = std::map<std::string, std::string>;

/// Kubernetes' ListOptions.
struct ListQuery {
  bool watch = false;
  bool bookmarks = false;                     ///< allowWatchBookmarks
  std::optional<bool> send_initial_events{};  ///< sendInitialEvents
  std::int64_t timeout_seconds = 0;           ///< 0: the server decides
  std::int64_t limit = 0;                     ///< 0 or less: everything in one page
  std::string continue_token{};
  std::optional<std::uint64_t> resource_version{};  ///< no value: not given
  std::string resource_version_match{};             ///< empty, `Exact` or `NotOlderThan`
};

/// Whether the parameter asks for a watch.
[[nodiscard]] bool asks_for_watch(const Query& query);

/// The resourceVersion that the read of one object, or a watch, asks for. @throws StatusError 500 for an invalid one
[[nodiscard]] std::optional<std::uint64_t> read_version(const Query& query);

/// @throws StatusError 400 for malformed parameters (500 for the version of a watch), 422 for contradictory ones.
[[nodiscard]] ListQuery parse_list_query(const Query& query);

}  // namespace kplane::testing::server
