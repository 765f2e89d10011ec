// Discovery documents, per group or, for clients that prefer it, aggregated.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The types that a plane serves, ordered by group.
using ServedTypes = std::vector<const ResourceType*>;

/// Answers `/api`, `/api/v1`, `/apis`, `/apis/{group}` and `/apis/{group}/{version}`.
/// @param accept the request's Accept header: `/api` and `/apis` are aggregated for a client that names that form first
/// @return nullopt when the path is not a discovery path, or the plane serves nothing there.
[[nodiscard]] std::optional<Answer> answer_discovery(const std::vector<std::string>& segments, const ServedTypes& types,
                                                     std::string_view accept);

/// Whether a path may be a discovery path, so that the types are needed.
[[nodiscard]] bool is_discovery_path(const std::vector<std::string>& segments);

}  // namespace kplane::testing::server
