// The paths of a plane outside the Kubernetes API: `/`, health, `/version`, `/metrics`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/rest/discovery.hpp"
#include "local_server/script/plane_script.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// Answers `/version`, `/metrics`, `/readyz`, `/livez` and `/healthz`, with `?verbose`, and the checks below these.
/// @return no value when the path is none of these.
/// @throws StatusError 404, 405
[[nodiscard]] std::optional<Answer> answer_page(const std::vector<std::string>& segments, const std::string& method,
                                                const std::map<std::string, std::string>& query, const Plane& plane,
                                                const PlaneScript& script);

/// The list of paths.
[[nodiscard]] Answer answer_root(const ServedTypes& types);

}  // namespace kplane::testing::server
