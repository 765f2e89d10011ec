#include "local_server/router.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "local_server/auth/impersonation.hpp"
#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/fleet/server_pages.hpp"
#include "local_server/pods/pod_access.hpp"
#include "local_server/pods/pod_actions.hpp"
#include "local_server/print/view.hpp"
#include "local_server/proto/decode.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/rest/openapi_paths.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/rest/reviews.hpp"
#include "local_server/rest/routes.hpp"
#include "local_server/rest/token_request.hpp"
#include "local_server/rest/watch_stream.hpp"

namespace kplane::testing::server {
namespace {

bool wants_pretty_json(const HttpRequest& request, const Answer& answer) {
  const bool person = starts_with(request.user_agent, "curl/") || starts_with(request.user_agent, "Mozilla");
  return person && !answer.stream && answer.content_type == kJsonType;
}

std::string joined(const std::vector<std::string>& segments) {
  std::string path;
  for (const auto& segment : segments) path += "/" + segment;
  return path.empty() ? "/" : path;
}

/// The decoded path for faults and counts, including the plane's prefix.
std::string full_path(const std::optional<RequestTarget>& target, const std::string& raw) {
  if (!target) return raw.substr(0, raw.find('?'));
  const std::string below = joined(target->segments);
  return target->cluster ? "/clusters/" + *target->cluster + "/control-plane" + below : below;
}

// Paths that need no authorization (--authorization-always-allow-paths).
bool is_always_allowed(const std::vector<std::string>& segments) {
  if (segments.size() != 1) return false;
  const std::string& first = segments.front();
  return first == "readyz" || first == "livez" || first == "healthz";
}

/// The name that a field selector requires, which authorization uses as the request's name.
std::string selected_name(const Query& query) {
  constexpr std::string_view prefix = "metadata.name=";
  const auto selector = query.find("fieldSelector");
  if (selector == query.end()) return {};
  std::string value = selector->second;
  if (value.compare(0, prefix.size(), prefix) != 0 || value.find_first_of(",\\") != std::string::npos) return {};
  value.erase(0, prefix.size());
  if (!value.empty() && value.front() == '=') value.erase(0, 1);
  return value;
}

/// The access of a request, for authorization.
Access access_of(const std::string& method, const RequestTarget& target, const std::optional<ApiPath>& path) {
  Access access;
  if (!path) {
    access.verb = lower_case(method);
    access.path = joined(target.segments);
    return access;
  }
  const bool on_collection = path->name.empty();
  const bool reads = method == "GET" || method == "HEAD";
  access = {verb_of(method, on_collection), path->group, path->resource, path->subresource, path->ns, path->name, {}};
  if (reads && (path->watch || (on_collection && asks_for_watch(target.query)))) access.verb = "watch";
  if (on_collection && (reads || method == "DELETE")) access.name = selected_name(target.query);
  if (path->group.empty() && path->resource == "namespaces") access.ns = path->name;
  return access;
}

Answer only_for_get(const std::string& method, Answer answer) {
  return method == "GET" || method == "HEAD" ? std::move(answer) : method_not_allowed();
}

/// False for types in discovery that this server does not implement: other versions of a stored type, types that are
/// never stored, streams.
bool is_implemented(const ResourceType& type, const std::string& subresource) {
  const bool is_stored = type.custom || &type == find_built_in(type.group, type.resource);
  if (!is_stored && type.resource != "componentstatuses") return false;
  static const std::set<std::string> implemented = {
      "",        "status",      "scale", "finalize", "token",   "log",      "exec",
      "attach",  "portforward", "proxy", "resize",   "binding", "eviction", "ephemeralcontainers",
      "approval"};
  return implemented.count(subresource) != 0 && (subresource != "proxy" || type.resource == "pods");
}

std::optional<Answer> answer_pod_subresource(Store& store, const ResourceType& type, const RestRequest& request) {
  const std::string& part = request.subresource;
  if (!type.group.empty() || type.resource != "pods" || part.empty()) return std::nullopt;
  if (part == "binding") return bind_pod(store, request);
  if (part == "eviction") return evict_pod(store, request);
  const bool is_object = part == "status" || part == "ephemeralcontainers" || part == "resize";
  return is_object ? std::nullopt : std::optional(answer_pod_access(store, request));
}

/// Converts a protobuf request to JSON; nullopt if it already is JSON. Custom types do not accept protobuf.
std::optional<HttpRequest> json_request(const HttpRequest& http, const ApiPath& path, const ResourceType& type) {
  const bool is_delete = http.method == "DELETE";
  const bool takes_protobuf = is_delete ? !http.body.empty() : !type.custom && http.method != "PATCH";
  if (!takes_protobuf || media_type_of(http.content_type) != kProtobufType) return std::nullopt;
  const Subresource* subresource = find_subresource(type, path.subresource);
  const bool is_other = subresource != nullptr && !subresource->kind.empty();
  HttpRequest decoded = http;
  decoded.body = json_of_protobuf(is_delete ? "DeleteOptions" : is_other ? subresource->kind : type.kind, http.body);
  decoded.content_type = kJsonType;
  return decoded;
}

View view_of(const HttpRequest& http, const Query& query) {
  const auto include = query.find("includeObject");
  return negotiate_view(http.accept, include == query.end() ? "" : include->second);
}

Answer faulty_answer(const Fault& fault) {
  Answer answer{*fault.status, fault.body, fault.content_type, {}};
  answer.compressible = false;
  return answer;
}

}  // namespace

/// A request whose plane is known to be addressed properly.
struct Router::Call {
  const HttpRequest& request;
  const RequestTarget& target;
  std::string cluster;
  std::optional<ApiPath> path;  ///< none: it is not that of a resource
};

Router::Router(ServerParts parts, const LocalServerOptions& options, OpenApiSource openapi)
    : parts_(parts),
      root_cluster_(options.root_cluster),
      state_path_(options.state_path),
      watch_bookmark_interval_(options.watch_bookmark_interval),
      latency_(options.latency),
      list_custom_groups_(options.list_custom_groups),
      state_view_({options.seed, options.internal_layout}, parts.script),
      authenticator_(parts.tokens, parts.issued_tokens, parts.planes),
      openapi_(std::move(openapi)) {}

HttpReply Router::handle(const HttpRequest& request) const {
  const auto target = parse_target(request.target);
  const std::string path = full_path(target, request.target);
  parts_.traffic.record(request.method, path, request.target);
  parts_.faults.wait(latency_);
  const auto fault = parts_.faults.strike(request.method, path);
  if (!fault) return {answer(request, target)};
  parts_.faults.wait(fault->delay);
  if (fault->cut == Cut::before) return {Answer{}, std::nullopt, true};
  HttpReply reply{fault->status ? faulty_answer(*fault) : answer(request, target), fault->cut_after};
  for (const auto& [name, value] : fault->headers) reply.answer.headers.emplace_back(name, value);
  reply.cut = fault->cut == Cut::after;
  if (fault->cut == Cut::inside) reply.cut_after = parts_.faults.draw(reply.answer.body.size() + 1);
  return reply;
}

Answer Router::answer(const HttpRequest& request, const std::optional<RequestTarget>& target) const {
  if (!target) return {400, "malformed path\n", kTextType, {}};
  if (auto document = answer_document(*target, request.method)) return std::move(*document);
  const std::string cluster = target->cluster.value_or(root_cluster_);
  if (!is_cluster_id(cluster)) return {400, "invalid cluster ID\n", kTextType, {}};
  const Call call{request, *target, cluster, parse_api_path(target->segments)};
  Answer answer = answer_or_status(call);
  if (is_state(call)) answer.compressible = false;
  if (!is_state(call) && wants_pretty_json(request, answer)) answer.body = pretty_text(answer.body);
  return answer;
}

Answer Router::answer_or_status(const Call& call) const {
  try {
    if (!asks_for_watch(call.target.query)) check_timeout(call.target.query);
    return answer_call(call);
  } catch (const StatusError& error) {
    return error.answer();
  }
}

bool Router::is_state(const Call& call) const {
  return call.target.segments.size() == 1 && is_state_path(call.target.segments.front());
}

// Needs no credential, and is per server, not per plane.
std::optional<Answer> Router::answer_document(const RequestTarget& target, const std::string& method) const {
  const bool is_openapi = !target.cluster && target.segments.size() == 2 && target.segments[0] == "openapi";
  if (!is_openapi) return std::nullopt;
  const std::string& name = target.segments[1];
  if (name == "kplane.yaml") return only_for_get(method, {200, openapi_.yaml(), "application/yaml", {}});
  if (name == "kplane.json") return only_for_get(method, {200, openapi_.json(), kJsonType, {}});
  return std::nullopt;
}

Answer Router::answer_call(const Call& call) const {
  auto user = authenticator_.authenticate(call.cluster, call.request);
  if (!user) return unauthorized();
  Plane& plane = parts_.planes.at(call.cluster);
  Requester requester{std::move(*user), Rbac(plane.store())};
  if (auto refusal = impersonate(requester.user, call.request, requester.rbac)) return std::move(*refusal);
  const Access access = access_of(call.request.method, call.target, call.path);
  if (!is_always_allowed(call.target.segments) && !requester.may(access)) return forbidden(requester.user.name, access);
  return answer_plane(call, plane, requester);
}

Answer Router::answer_plane(const Call& call, Plane& plane, const Requester& requester) const {
  if (auto types = answer_types(call, plane)) return std::move(*types);
  if (call.path) return answer_resource(call, *call.path, plane, requester);
  const auto& segments = call.target.segments;
  if (segments.empty()) return answer_root(served_types(plane));
  const auto& query = call.target.query;
  if (auto page = answer_page(segments, call.request.method, query, plane, parts_.script)) return std::move(*page);
  return is_state(call) ? answer_state(call, plane) : unknown_path(segments);
}

Answer Router::answer_state(const Call& call, Plane& plane) const {
  const auto query = parse_state_query(call.target.query);
  if (!query) return {400, "includeEmpty and warm must be true or false\n", kTextType, {}};
  if (call.request.method != "GET" && call.request.method != "HEAD") return method_not_allowed();
  return state_view_.answer(plane, *query);
}

bool Router::is_state_path(const std::string& segment) const {
  if (segment == "state") return state_path_ != StatePath::snapshot;
  return segment == "snapshot" && state_path_ != StatePath::state;
}

const ResourceType* Router::served_type(const Plane& plane, const ApiPath& path) const {
  const ResourceType& fleet = fleet_type();
  const bool is_fleet = path.group == fleet.group && path.version == fleet.version && path.resource == fleet.resource;
  if (is_fleet && parts_.planes.is_root(plane)) return parts_.crd_availability.is_served() ? &fleet : nullptr;
  if (const auto* built_in = find_built_in(path.group, path.version, path.resource)) return built_in;
  if (const auto* listed = find_listed(path.group, path.version, path.resource)) return listed;
  return plane.custom_types().find(path.group, path.version, path.resource);
}

ServedTypes Router::served_types(const Plane& plane) const {
  ServedTypes types;
  for (const auto& type : listed_types()) types.push_back(&type);
  const std::size_t own = types.size();
  if (parts_.planes.is_root(plane) && parts_.crd_availability.is_served()) types.push_back(&fleet_type());
  const auto custom = plane.custom_types().all();
  types.insert(types.end(), custom.begin(), custom.end());
  std::stable_sort(types.begin() + static_cast<std::ptrdiff_t>(own), types.end(),
                   [](const ResourceType* a, const ResourceType* b) { return a->group < b->group; });
  return types;
}

// Discovery, and the OpenAPI operations of a plane's types.
std::optional<Answer> Router::answer_types(const Call& call, const Plane& plane) const {
  const auto& segments = call.target.segments;
  if (!is_discovery_path(segments) && !is_openapi_path(segments)) return std::nullopt;
  const bool lists_groups = segments.size() == 1 && segments.front() == "apis";
  const bool lists_those_of_root = lists_groups && !list_custom_groups_;
  const ServedTypes types = served_types(lists_those_of_root ? parts_.planes.root() : plane);
  auto answer = answer_discovery(segments, types, call.request.accept);
  if (answer) {
    check_accept(call.request.accept);
    // The group lists accept any method.
    const bool is_of_groups = segments[0] == "apis" && segments.size() < 3;
    return is_of_groups ? std::move(*answer) : only_for_get(call.request.method, std::move(*answer));
  }
  const std::string prefix = call.target.cluster ? "/clusters/" + *call.target.cluster + "/control-plane" : "";
  answer = answer_openapi(segments, types, prefix);
  return answer ? std::move(*answer) : unknown_path(segments);
}

Answer Router::answer_resource(const Call& call, const ApiPath& path, Plane& plane, const Requester& requester) const {
  const ResourceType* type = served_type(plane, path);
  if (type == nullptr) return unknown_path(call.target.segments);
  check_route(*type, path, call.request.method);
  check_accept(call.request.accept);
  check_body_size(call.request.body);
  const std::optional<HttpRequest> decoded = json_request(call.request, path, *type);
  const HttpRequest& http = decoded ? *decoded : call.request;
  const Review review{path, http.method, http.content_type, http.body, call.cluster};
  if (auto answer = answer_review(review, requester, authenticator_)) return std::move(*answer);
  const bool is_bindings = type->group.empty() && type->resource == "bindings";
  if (!is_bindings && !is_implemented(*type, path.subresource)) return unknown_resource();
  const View view = view_of(http, call.target.query);
  if (http.method == "GET" && (path.watch || (path.name.empty() && asks_for_watch(call.target.query)))) {
    Query query = call.target.query;
    query["watch"] = "true";
    if (!path.name.empty()) query["fieldSelector"] = "metadata.name=" + path.name;
    return answer_watch(plane.store(), *type, path.ns, query, view, watch_bookmark_interval_);
  }
  const std::string method = http.method == "HEAD" ? "GET" : http.method;
  // A custom object may be posted to any path of its type.
  const RestRequest request{
      method,           path.ns,           method == "POST" && path.subresource.empty() ? "" : path.name,
      path.subresource, call.target.query, http.content_type,
      http.body,        http.user_agent,   &requester};
  if (is_bindings) return bind_pod(plane.store(), request);
  if (path.subresource == "token") return answer_token_request(plane, request, parts_.issued_tokens);
  if (auto answer = answer_pod_subresource(plane.store(), *type, request)) return std::move(*answer);
  Answer answer = shown(view, *type, answer_rest(plane.store(), *type, request));
  if (!type->deprecation.empty()) answer.headers.emplace_back("Warning", "299 - " + quoted_text(type->deprecation));
  return answer;
}

}  // namespace kplane::testing::server
