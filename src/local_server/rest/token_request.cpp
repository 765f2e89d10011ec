#include "local_server/rest/token_request.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

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

constexpr const char kServerAudience[] = "https://kubernetes.default.svc";
constexpr std::int64_t kDefaultSeconds = 60 * 60;
constexpr std::int64_t kMinSeconds = 60 * 10;
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 32U;

[[noreturn]] void refuse(const std::string& name, const std::string& field, const json& value,
                         const std::string& problem) {
  throw StatusError(invalid(token_request_type(), name,
                            {{"FieldValueInvalid", "Invalid value: " + to_text(value) + ": " + problem, field}}));
}

void check_name(const RestRequest& request, const json& metadata) {
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

// Tokens that end with a pod, a node or a secret are not issued here.
void check_unbound(const json& spec) {
  const json reference = spec.value("boundObjectRef", json());
  if (reference.is_null()) return;
  if (!reference.is_object()) {
    refuse_type(token_request_type(), "TokenRequestSpec.spec.boundObjectRef", reference, "v1.BoundObjectReference");
  }
  throw StatusError(bad_request("cannot bind token to object of type " + string_member(reference, "apiVersion") +
                                ", Kind=" + string_member(reference, "kind")));
}

/// The spec with its defaults, as the answer shows it.
json settled_spec(const json& document) {
  json spec = document.value("spec", json());
  if (spec.is_null()) spec = json::object();
  if (!spec.is_object()) {
    refuse_type(token_request_type(), "TokenRequest.spec", spec, "v1.TokenRequestSpec");
  }
  check_unbound(spec);
  return {
      {"audiences", wanted_audiences(spec)}, {"expirationSeconds", wanted_seconds(spec)}, {"boundObjectRef", nullptr}};
}

bool is_for_server(const json& audiences) {
  return std::find(audiences.begin(), audiences.end(), kServerAudience) != audiences.end();
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
  check_name(request, document["metadata"]);
  const ResourceType& accounts = *find_built_in("", "serviceaccounts");
  const auto account = plane.store().get(accounts, {request.ns, request.name});
  const auto ns = plane.store().get(*find_built_in("", "namespaces"), {"", request.ns});
  if (ns != nullptr && is_marked(ns->value())) {
    throw StatusError(terminating_namespace(accounts, request.name, request.ns));
  }
  if (account == nullptr) throw StatusError(not_found(accounts, request.name));

  json spec = settled_spec(document);
  const auto now = issued.now();
  const auto expires = now + std::chrono::seconds(spec["expirationSeconds"].get<std::int64_t>());
  std::string token = random_token();
  document["metadata"]["name"] = request.name;
  document["metadata"]["namespace"] = request.ns;
  document["metadata"]["creationTimestamp"] = rfc3339(now);
  document["status"] = {{"token", token}, {"expirationTimestamp", rfc3339(expires)}};
  if (options.commit == Commit::store && is_for_server(spec["audiences"])) {
    issued.add(std::move(token), {plane.cluster(), {request.ns, request.name}, account->uid()}, expires);
  }
  document["spec"] = std::move(spec);
  return {201, to_text(document) + "\n", kJsonType, std::move(headers)};
}

}  // namespace kplane::testing::server
