// Parses a request's target: the plane it addresses, and the Kubernetes API path below that.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::testing::server {

/// A target such as `/clusters/a/control-plane/api/v1/pods?limit=1`, split and percent-decoded.
struct RequestTarget {
  std::optional<std::string> cluster{};  ///< empty optional: no `/clusters/…` prefix
  std::vector<std::string> segments{};   ///< of the path below the plane
  std::map<std::string, std::string> query{};
};

/// A path in the Kubernetes API: /api/{version}/… or /apis/{group}/{version}/….
struct ApiPath {
  std::string group{};
  std::string version{};
  std::string ns{};
  std::string resource{};
  std::string name{};
  std::string subresource{};
  bool watch = false;     ///< below the old prefix `watch`
  bool has_more = false;  ///< the path goes on below the subresource
};

/// Paths of the API, and `/version`, may end in a slash, which is dropped.
/// @return nullopt for a malformed target: an invalid percent-escape, or a NUL.
[[nodiscard]] std::optional<RequestTarget> parse_target(std::string_view target);

/// @return nullopt when the segments are not the path of a resource.
[[nodiscard]] std::optional<ApiPath> parse_api_path(const std::vector<std::string>& segments);

/// Whether `id` may name a plane: `^[A-Za-z0-9][A-Za-z0-9_.-]*$`.
[[nodiscard]] bool is_cluster_id(std::string_view id);

/// `%41` → `A`; with `plus_is_space`, as in a query, `+` → space. @return nullopt for an invalid escape.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace kplane::testing::server
