// Finds out whether a type is namespaced.
#include "resource/default_namespace.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>

#include "codec/object_header.hpp"
#include "resource/discovery.hpp"

namespace kplane::detail {

namespace {

/// Commonly written types that are cluster-scoped on every server, so no request is needed.
bool is_known_without_namespaces(const ResourcePath& path) noexcept {
  using Type = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Type, 7> types = {{{"v1", "namespaces"},
                                          {"v1", "nodes"},
                                          {"v1", "persistentvolumes"},
                                          {"apiextensions.k8s.io/v1", "customresourcedefinitions"},
                                          {"rbac.authorization.k8s.io/v1", "clusterroles"},
                                          {"rbac.authorization.k8s.io/v1", "clusterrolebindings"},
                                          {"kplane.dev/v1", "fleets"}}};
  return std::any_of(types.begin(), types.end(),
                     [&](const Type& type) { return path.api_version == type.first && path.plural == type.second; });
}

const codec::ApiResource* find_plural(const ApiTypes& types, std::string_view plural) noexcept {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const codec::ApiResource& type) { return type.plural == plural; });
  return found == types.end() ? nullptr : &*found;
}

/// Whether the type is known to be namespaced. A type that the plane does not list may still be served, so the request
/// is sent anyway.
bool has_namespaces(const PlaneEndpoint& endpoint, const ResourcePath& path, http::Request request) {
  std::shared_ptr<const ApiTypes> types = endpoint.core->discovery().find(endpoint.cluster, path.api_version);
  const bool is_remembered = types && find_plural(*types, path.plural) != nullptr;
  try {
    if (!is_remembered) types = ask_types(endpoint, path.api_version, std::move(request));
  } catch (const Forbidden&) {
    return false;
  }
  const codec::ApiResource* type = types ? find_plural(*types, path.plural) : nullptr;
  return type != nullptr && type->namespaced;
}

}  // namespace

ObjectPlace find_place(const PlaneEndpoint& endpoint, const ResourcePath& path, const JsonText& object,
                       const std::optional<std::chrono::milliseconds>& timeout, const StopToken& stop) {
  if (!path.ns.empty() || is_known_without_namespaces(path)) return {path};
  const codec::ObjectHeader identity = codec::read_object_header(object.text());
  const bool has_name = !identity.name.empty() || !identity.generate_name.empty();
  if (!identity.ns.empty() || !has_name) return {path};
  http::Request request = discovery_request(endpoint, path.api_version);
  request.deadline = endpoint.core->deadline(timeout);
  request.stop = stop;
  ObjectPlace place{path, request.deadline};
  if (has_namespaces(endpoint, path, std::move(request))) place.path.ns = endpoint.ns;
  return place;
}

}  // namespace kplane::detail
