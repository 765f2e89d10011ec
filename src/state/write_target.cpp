// Parses the paths of the Kubernetes API: /api/VERSION/… and /apis/GROUP/VERSION/….
#include "state/write_target.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "http/url.hpp"

namespace kplane::detail {

namespace {

using Segments = std::vector<std::string>;

Segments segments_of(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = path.find('/');
    segments.push_back(http::percent_decoded(path.substr(0, end)));
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return segments;
}

/// `namespaces/NAME/status` is a subresource of the Namespace, not a type of objects in it.
bool is_in_namespace(const Segments& segments, std::size_t at) {
  if (segments[at] != "namespaces" || segments.size() < at + 3) return false;
  const std::string& third = segments[at + 2];
  return segments.size() > at + 3 || (third != "status" && third != "finalize");
}

}  // namespace

std::optional<WriteTarget> write_target(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  const Segments segments = segments_of(path);
  const bool is_core = segments.front() == "api";
  if (!is_core && segments.front() != "apis") return std::nullopt;
  std::size_t at = is_core ? 2 : 3;
  if (segments.size() <= at) return std::nullopt;
  WriteTarget target;
  target.api_version = is_core ? segments[1] : segments[1] + '/' + segments[2];
  if (is_in_namespace(segments, at)) {
    target.ns = segments[at + 1];
    at += 2;
  }
  target.plural = segments[at];
  if (segments.size() > at + 1) target.name = segments[at + 1];
  if (segments.size() > at + 2) target.subresource = segments[at + 2];
  return target;
}

}  // namespace kplane::detail
