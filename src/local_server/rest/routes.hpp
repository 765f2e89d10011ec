// Checks that an API server has a route for a request, before anything is read or written.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/base/api_path.hpp"
#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Checks that a request's path and method are those of the type. @throws StatusError 400, 404, 405
void check_route(const ResourceType& type, const ApiPath& path, const std::string& method);

/// The 404 of a path that nothing is served at: a Status below the server's own groups, a text elsewhere.
[[nodiscard]] Answer unknown_path(const std::vector<std::string>& segments);

/// Checks that the client takes what an API server writes. @throws StatusError 406
void check_accept(std::string_view accept);

/// Checks the query's `timeout`, a duration of Go's such as `1m30s`. @throws StatusError 400
void check_timeout(const std::map<std::string, std::string>& query);

/// Checks that a body is no longer than 3 MiB. @throws StatusError 413
void check_body_size(std::string_view body);

}  // namespace kplane::testing::server
