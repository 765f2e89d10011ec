// `/openapi` of a plane: for each group and version the operations of its types. No schemas: it says which query
// parameters writes take, which is what kubectl looks up before it leaves the validation to the server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/rest/discovery.hpp"

namespace kplane::testing::server {

/// Answers `/openapi/v2`, `/openapi/v3` and `/openapi/v3/{api/v1, apis/GROUP/VERSION}`.
/// @param prefix the path of the plane as the client wrote it, which the index repeats
/// @return no value when the path is none of these, or the plane serves nothing there.
[[nodiscard]] std::optional<Answer> answer_openapi(const std::vector<std::string>& segments, const ServedTypes& types,
                                                   const std::string& prefix);

/// Whether a path may be one that answer_openapi() answers.
[[nodiscard]] bool is_openapi_path(const std::vector<std::string>& segments);

}  // namespace kplane::testing::server
