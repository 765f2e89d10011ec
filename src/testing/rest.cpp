// Kubernetes REST semantics.
#include "rest.hpp"

#include "deletes.hpp"
#include "served_text.hpp"
#include "status.hpp"
#include "writes.hpp"

namespace kplane::testing::server {
namespace {

Answer get(const Store& store, const ResourceType& type, const RestRequest& request) {
  const auto object = store.get(type, {request.ns, request.name});
  if (object == nullptr) throw StatusError(not_found(type, request.name));
  return object_answer(200, type, *object);
}

// A list that is answered as if these had not been asked would be taken for a filtered one.
void refuse_unserved_query(const RestRequest& request) {
  for (const char* name : {"watch", "labelSelector", "fieldSelector", "continue"}) {
    const auto found = request.query.find(name);
    if (found == request.query.end() || found->second.empty() || found->second == "false" || found->second == "0")
      continue;
    throw StatusError(bad_request(std::string("this server does not support the query parameter ") + name));
  }
}

// Built-in types list their items without apiVersion and kind, custom ones with them, as the real server does.
Answer list(const Store& store, const ResourceType& type, const RestRequest& request) {
  refuse_unserved_query(request);
  const Listing listing = store.list(type, request.ns);
  std::string body = R"({"kind":")" + type.kind + R"(List","apiVersion":")" + api_version(type) +
                     R"(","metadata":{"resourceVersion":")" + std::to_string(listing.resource_version) +
                     R"("},"items":[)";
  for (std::size_t i = 0; i < listing.objects.size(); ++i) {
    if (i > 0) body += ',';
    body += type.custom ? served_text(type, *listing.objects[i]) : listing.objects[i]->list_text();
  }
  body += "]}\n";
  return {200, std::move(body)};
}

Answer answer_collection(Store& store, const ResourceType& type, const RestRequest& request) {
  if (request.method == "GET") return list(store, type, request);
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
  if (request.method == "GET" && request.subresource == "scale") return get_scale(store, type, request);
  if (request.method == "GET") return get(store, type, request);
  if (request.method == "PUT") return replace(store, type, request);
  if (request.method == "PATCH") return patch(store, type, request);
  if (request.method == "DELETE" && request.subresource.empty()) return remove(store, type, request);
  throw StatusError(method_not_allowed());
}

}  // namespace kplane::testing::server
