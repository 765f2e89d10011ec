#pragma once

#include <string>
#include <vector>

#include "cli/output/json_output.hpp"

namespace kplane::cli {

/// Names of operations, such as `GET /openapi/kplane.json`, or of schemas.
struct NameChanges {
  std::vector<std::string> added{};    ///< the server has them, the embedded document does not
  std::vector<std::string> gone{};     ///< the other way round
  std::vector<std::string> changed{};  ///< both have them, with other content; descriptions and examples do not count
  [[nodiscard]] bool empty() const noexcept { return added.empty() && gone.empty() && changed.empty(); }
};

struct OpenApiComparison {
  NameChanges operations{};
  NameChanges schemas{};
};

/// How an OpenAPI document of a server differs from the one that this program was built with.
/// @param served may be anything: what is missing counts as empty
[[nodiscard]] OpenApiComparison compare_openapi(const Json& embedded, const Json& served);

}  // namespace kplane::cli
