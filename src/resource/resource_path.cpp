// The core group has a different path prefix from all others.
#include "resource/resource_path.hpp"

#include <kplane/error.hpp>

#include "http/url.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

// A version or a namespace may come from a kept baseline or state. A server in front of the planes takes a path that
// climbs for one of another plane.
std::string path_of_all(const ResourcePath& path) {
  std::string text = group_version_path(path.api_version);
  if (!path.ns.empty()) text += "/namespaces/" + http::escape(path.ns);
  text += '/' + http::escape(path.plural);
  http::check_path(text);
  return text;
}

}  // namespace

ResourcePath make_resource_path(std::string_view api_version, std::string_view plural) {
  check_api_version(api_version);
  check_plural(plural);
  return {std::string(api_version), std::string(plural)};
}

std::string_view api_group_of(std::string_view api_version) noexcept {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

std::string group_version_path(std::string_view api_version) {
  const bool is_core = api_version.find('/') == std::string_view::npos;
  return (is_core ? "/api/" : "/apis/") + std::string(api_version);
}

std::string collection_path(const ResourcePath& path) {
  if (path.subresource.empty()) return path_of_all(path);
  throw ConfigError("a subresource such as " + path.subresource + " belongs to one object: it cannot be listed");
}

std::string object_path(const ResourcePath& path, std::string_view name) {
  check_object_name(name);
  std::string text = path_of_all(path) + '/' + http::escape(name);
  if (!path.subresource.empty()) text += '/' + http::escape(path.subresource);
  return text;
}

}  // namespace kplane::detail
