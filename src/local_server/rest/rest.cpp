#include "local_server/rest/rest.hpp"

#include "local_server/base/status.hpp"
#include "local_server/rest/deletes.hpp"
#include "local_server/rest/list_pages.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/rest/writes.hpp"

namespace kplane::testing::server {
namespace {

// The real server waits for its cache to reach the version, and times out.
void check_version(const Store& store, const Query& query) {
  const std::uint64_t wanted = read_version(query).value_or(0);
  const std::uint64_t current = store.resource_version();
  if (wanted > current) throw StatusError(too_large_resource_version(wanted, current));
}

Answer get(const Store& store, const ResourceType& type, const RestRequest& request) {
  check_version(store, request.query);
  const auto object = store.get(type, {request.ns, request.name});
  if (object == nullptr) throw StatusError(not_found(type, request.name));
  return object_answer(200, type, *object);
}

Answer answer_collection(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.method == "GET") return answer_list(store, type, request.ns, request.query);
  const bool namespace_known = !type.namespaced || !request.ns.empty();
  if (request.method == "POST" && namespace_known) return create(store, type, request);
  if (request.method == "DELETE" && namespace_known) return remove_collection(store, type, request);
  throw StatusError(method_not_allowed());
}

}  // namespace

std::string verb_of(const std::string& method, bool on_collection) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return on_collection ? "deletecollection" : "delete";
  return on_collection ? "list" : "get";
}

Answer answer_rest(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.name.empty()) return answer_collection(store, type, request);
  if (request.subresource == "finalize" && request.method != "PUT") throw StatusError(method_not_allowed());
  if (request.method == "GET" && request.subresource == "scale") return get_scale(store, type, request);
  if (request.method == "GET") return get(store, type, request);
  if (request.method == "PUT") return replace(store, type, request);
  if (request.method == "PATCH") return patch(store, type, request);
  if (request.method == "DELETE" && request.subresource.empty()) return remove(store, type, request);
  throw StatusError(method_not_allowed());
}

}  // namespace kplane::testing::server
