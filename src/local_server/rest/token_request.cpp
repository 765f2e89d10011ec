#include "local_server/rest/token_request.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/base/base64.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/rest/unknown_fields.hpp"
#include "local_server/rest/write_options.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::int64_t kDefaultSeconds = 3'600;
constexpr std::int64_t kMinSeconds = 600;
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 32U;

[[noreturn]] void refuse(const std::string& name, const std::string& field, const json& value,
                         const std::string& problem) {
  throw StatusError(invalid(token_request_type(), name,
                            {{"FieldValueInvalid", "Invalid value: " + to_text(value) + ": " + problem, field}}));
}

void check_account_name(const RestRequest& request, const json& metadata) {
  const std::string name = string_member(metadata, "name");
  if (!name.empty() && name != request.name) {
    refuse(request.name, "metadata.name", name, "must match the service account name if specified");
  }
  const std::string ns = string_member(metadata, "namespace");
  if (!ns.empty() && ns != request.ns) {
    refuse(request.name, "metadata.namespace", ns, "must match the service account namespace if specified");
  }
}

std::int64_t wanted_seconds(const json& spec) {
  const json seconds = spec.value("expirationSeconds", json());
  if (seconds.is_null()) return kDefaultSeconds;
  if (!seconds.is_number_integer()) {
    refuse_type(token_request_type(), "TokenRequestSpec.spec.expirationSeconds", seconds, "int64");
  }
  const char* const field = "spec.expirationSeconds";
  if (seconds < kMinSeconds) refuse("", field, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > kMaxSeconds) refuse("", field, seconds, "may not specify a duration larger than 2^32 seconds");
  return seconds.get<std::int64_t>();
}

json wanted_audiences(const json& spec) {
  const std::string field = "TokenRequestSpec.spec.audiences";
  json audiences = spec.value("audiences", json());
  if (audiences.is_null()) audiences = json::array();
  if (!audiences.is_array()) refuse_type(token_request_type(), field, audiences, "[]string");
  for (const auto& audience : audiences) {
    if (!audience.is_string()) refuse_type(token_request_type(), field, audience, "string");
  }
  if (audiences.empty()) audiences.push_back(kServerAudience);
  return audiences;
}

/// What a token may be bound to; nullptr: nothing of that kind.
const ResourceType* bindable_type(const json& reference) {
  const std::string kind = string_member(reference, "kind");
  if (string_member(reference, "apiVersion") != "v1") return nullptr;
  if (kind == "Pod") return find_built_in("", "pods");
  if (kind == "Secret") return find_built_in("", "secrets");
  return kind == "Node" ? find_built_in("", "nodes") : nullptr;
}

/// The object that the token is to end with, if any.
std::optional<BoundObject> bound_object(const Store& store, const std::string& ns, const json& reference) {
  if (reference.is_null()) return std::nullopt;
  const ResourceType* type = bindable_type(reference);
  if (type == nullptr) {
    throw StatusError(bad_request("cannot bind token to object of type /" + string_member(reference, "apiVersion") +
                                  ", Kind=" + string_member(reference, "kind")));
  }
  const ObjectName name{type->namespaced ? ns : "", string_member(reference, "name")};
  const auto object = store.get(*type, name);
  if (object == nullptr) throw StatusError(not_found(*type, name.name));
  const std::string uid = string_member(reference, "uid");
  if (!uid.empty() && uid != object->uid()) throw StatusError(bound_conflict(*type, name.name, uid));
  return BoundObject{type, name, object->uid()};
}

/// The spec with its defaults, as the answer shows it.
json settled_spec(const json& document) {
  json spec = document.value("spec", json());
  if (spec.is_null()) spec = json::object();
  if (!spec.is_object()) {
    refuse_type(token_request_type(), "TokenRequest.spec", spec, "v1.TokenRequestSpec");
  }
  json reference = spec.value("boundObjectRef", json());
  if (!reference.is_null() && !reference.is_object()) {
    refuse_type(token_request_type(), "TokenRequestSpec.spec.boundObjectRef", reference, "v1.BoundObjectReference");
  }
  return {{"audiences", wanted_audiences(spec)},
          {"expirationSeconds", wanted_seconds(spec)},
          {"boundObjectRef", std::move(reference)}};
}

/// A JSON Web Token with the claims of a real one. The server knows its tokens by heart, so the signature is random.
std::string web_token(const TokenOwner& owner, IssuedTokens::Time now, IssuedTokens::Time expires) {
  json account = {{"name", owner.name.name}, {"uid", owner.uid}};
  json details = {{"namespace", owner.name.ns}, {"serviceaccount", std::move(account)}};
  if (owner.bound) {
    details[owner.bound->type->singular.empty() ? "object" : owner.bound->type->singular] = {
        {"name", owner.bound->name.name}, {"uid", owner.bound->uid}};
  }
  const json claims = {{"aud", owner.audiences},
                       {"exp", expires.time_since_epoch().count()},
                       {"iat", now.time_since_epoch().count()},
                       {"iss", kServerAudience},
                       {"jti", owner.credential_id.substr(owner.credential_id.find('=') + 1)},
                       {"kubernetes.io", std::move(details)},
                       {"nbf", now.time_since_epoch().count()},
                       {"sub", service_account_name(owner.name.ns, owner.name.name)}};
  const json head = {{"alg", "RS256"}, {"kid", "kplane-local"}};
  return base64_url(to_text(head)) + "." + base64_url(to_text(claims)) + "." + base64_url(random_bytes());
}

}  // namespace

const ResourceType& token_request_type() {
  static const ResourceType type = [] {
    ResourceType request{"authentication.k8s.io", "v1", "tokenrequests", "TokenRequest"};
    request.namespaced = true;
    return request;
  }();
  return type;
}

Answer answer_token_request(Plane& plane, const RestRequest& request, IssuedTokens& issued) {
  if (request.method != "POST") throw StatusError(method_not_allowed());
  require_json(request.content_type);
  const WriteOptions options = parse_write_options(request, false);
  json document = parse_object(token_request_type(), request.body);
  check_envelope(token_request_type(), document);
  Headers headers = settle_unknown_fields(token_request_type(), document, options.validation);
  check_account_name(request, document["metadata"]);
  const ResourceType& accounts = *find_built_in("", "serviceaccounts");
  const auto account = plane.store().get(accounts, {request.ns, request.name});
  const auto ns = plane.store().get(*find_built_in("", "namespaces"), {"", request.ns});
  if (ns != nullptr && is_marked(ns->content())) {
    throw StatusError(terminating_namespace(accounts, request.name, request.ns));
  }
  if (account == nullptr) throw StatusError(not_found(accounts, request.name));

  json spec = settled_spec(document);
  const auto now = issued.now();
  const auto expires = now + std::chrono::seconds(spec["expirationSeconds"].get<std::int64_t>());
  document["metadata"]["name"] = request.name;
  document["metadata"]["namespace"] = request.ns;
  document["metadata"]["creationTimestamp"] = rfc3339(now);
  TokenOwner owner{plane.cluster(),
                   {request.ns, request.name},
                   account->uid(),
                   spec["audiences"],
                   bound_object(plane.store(), request.ns, spec["boundObjectRef"]),
                   "JTI=" + random_uuid()};
  std::string token = web_token(owner, now, expires);
  document["status"] = {{"token", token}, {"expirationTimestamp", rfc3339(expires)}};
  if (options.commit == Commit::store) issued.add(std::move(token), std::move(owner), expires);
  document["spec"] = std::move(spec);
  return {201, to_text(document) + "\n", kJsonType, std::move(headers)};
}

}  // namespace kplane::testing::server
