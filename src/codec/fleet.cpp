// Absent and null fields get their defaults; a field of the wrong type is an error; unknown fields stay in the object.
#include "codec/fleet.hpp"

#include <chrono>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "codec/rfc3339.hpp"
#include "json/dump.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

namespace {

using detail::Document;
using detail::FleetRecord;

constexpr std::string_view owner_label = "app.kubernetes.io/instance";
constexpr std::string_view cluster_label = "multicluster.k8s.io/cluster";  // set by the server

[[noreturn]] void fail(const Document& document, const json::Field& field, const std::string& expected) {
  json::fail_at(document, field.value.text.data(), std::string(field.key) + ": expected " + expected);
}

std::string string_of(const Document& document, const json::Field& field) {
  const auto text = json::as_string(document, field.value);
  if (!text) fail(document, field, "a string");
  return std::string(*text);
}

std::int64_t int64_of(const Document& document, const json::Field& field) {
  const auto number = json::as_int64(document, field.value);
  if (!number) fail(document, field, "an integer");
  return *number;
}

std::int32_t int32_of(const Document& document, const json::Field& field) {
  const std::int64_t number = int64_of(document, field);
  if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) fail(document, field, "a number of replicas");
  return static_cast<std::int32_t>(number);
}

/// None for a time that the clock cannot represent: one member must not make its Fleet unreadable.
std::optional<std::chrono::system_clock::time_point> time_of(const Document& document, const json::Field& field) {
  const auto text = json::as_string(document, field.value);
  const auto time = text ? parse_rfc3339(*text) : std::nullopt;
  if (!time) fail(document, field, "an RFC 3339 time");
  return is_beyond_clock(*time) ? std::nullopt : time;
}

std::vector<json::Value> elements_of(const Document& document, const json::Field& field) {
  if (field.value.kind != json::Kind::array) fail(document, field, "an array");
  return json::elements(document, field.value);
}

/// The fields of an object that are not null.
std::vector<json::Field> present_fields(const Document& document, const json::Field& object) {
  if (object.value.kind != json::Kind::object) fail(document, object, "an object");
  std::vector<json::Field> present;
  for (const json::Field& field : json::fields(document, object.value)) {
    if (field.value.kind != json::Kind::null) present.push_back(field);
  }
  return present;
}

void decode_spec(const Document& document, const json::Field& object, FleetSpec& spec) {
  for (const json::Field& field : present_fields(document, object)) {
    if (field.key == "replicas") {
      spec.replicas = int32_of(document, field);
    } else if (field.key == "namePrefix") {
      spec.name_prefix = string_of(document, field);
    } else if (field.key == "ttlSeconds") {
      spec.ttl_seconds = int64_of(document, field);
    } else if (field.key == "names") {
      for (const json::Value& name : elements_of(document, field))
        spec.names.push_back(string_of(document, {"names[]", name}));
    }
  }
}

void decode_member_field(const Document& document, const json::Field& field, FleetMember& member) {
  if (field.value.kind == json::Kind::null) return;
  if (field.key == "clusterID") {
    member.cluster = string_of(document, field);
  } else if (field.key == "phase") {
    member.phase = string_of(document, field);
  } else if (field.key == "message") {
    member.message = string_of(document, field);
  } else if (field.key == "lastTransitionTime") {
    member.last_transition_time = time_of(document, field);
  }
}

/// In one pass: a Fleet may have thousands of members.
std::vector<FleetMember> decode_members(const Document& document, const json::Field& field) {
  if (field.value.kind != json::Kind::array) fail(document, field, "an array");
  std::vector<FleetMember> members;
  json::walk_rows(
      document, field.value, [&] { members.emplace_back(); },
      [&](const json::Field& member) { decode_member_field(document, member, members.back()); });
  return members;
}

FleetStatus decode_status(const Document& document, const json::Field& object) {
  FleetStatus status;
  for (const json::Field& field : present_fields(document, object)) {
    if (field.key == "observedGeneration") {
      status.observed_generation = int64_of(document, field);
    } else if (field.key == "readyReplicas") {
      status.ready_replicas = int32_of(document, field);
    } else if (field.key == "members") {
      status.members = decode_members(document, field);
    }
  }
  return status;
}

std::map<std::string, std::string> decode_strings(const Document& document, const json::Field& object) {
  std::map<std::string, std::string> strings;
  for (const json::Field& field : present_fields(document, object)) {
    strings.insert_or_assign(std::string(field.key), string_of(document, field));
  }
  return strings;
}

/// Without the labels that differ in every Fleet.
std::map<std::string, std::string> decode_labels(const Document& document, const json::Field& object) {
  std::map<std::string, std::string> labels = decode_strings(document, object);
  labels.erase(std::string(owner_label));
  labels.erase(std::string(cluster_label));
  return labels;
}

void decode_metadata(const Document& document, const json::Field& object, FleetRecord& record) {
  for (const json::Field& field : present_fields(document, object)) {
    if (field.key == "name") {
      record.name = string_of(document, field);
    } else if (field.key == "uid") {
      record.uid = string_of(document, field);
    } else if (field.key == "generation") {
      record.generation = int64_of(document, field);
    } else if (field.key == "labels") {
      record.spec.labels = decode_labels(document, field);
    } else if (field.key == "annotations") {
      record.spec.annotations = decode_strings(document, field);
    }
  }
}

FleetRecord decode_fleet_object(const std::shared_ptr<const Document>& document, const json::Value& value) {
  FleetRecord record{{}, {}, 0, {}, {}, detail::ObjectAccess::make_object(document, value.text)};
  bool has_spec = false;
  for (const json::Field& field : present_fields(*document, {"Fleet", value})) {
    if (field.key == "metadata") {
      decode_metadata(*document, field, record);
    } else if (field.key == "spec") {
      decode_spec(*document, field, record.spec);
      has_spec = true;
    } else if (field.key == "status") {
      record.status = decode_status(*document, field);
    } else if (field.key == "kind" && string_of(*document, field) != "Fleet") {
      fail(*document, field, "Fleet");
    }
  }
  if (record.name.empty()) json::fail_at(*document, value.text.data(), "not a Fleet: it has no metadata.name");
  if (!has_spec) json::fail_at(*document, value.text.data(), "not a Fleet: it has no spec");
  return record;
}

std::string read_continue(const Document& document, const json::Field& metadata) {
  for (const json::Field& field : present_fields(document, metadata)) {
    if (field.key == "continue") return string_of(document, field);
  }
  return {};
}

}  // namespace

FleetRecord decode_fleet(const std::shared_ptr<const Document>& body) {
  return decode_fleet_object(body, json::root(*body));
}

FleetRecord decode_fleet(const Object& object) {
  return decode_fleet_object(detail::ObjectAccess::shared_document(object), {json::Kind::object, object.raw()});
}

FleetPage decode_fleet_list(const std::shared_ptr<const Document>& body) {
  FleetPage page;
  bool has_items = false;
  for (const json::Field& field : json::fields(*body, json::root(*body))) {
    if (field.key == "metadata" && field.value.kind != json::Kind::null) {
      page.continue_token = read_continue(*body, field);
    } else if (field.key == "items") {
      has_items = true;
      if (field.value.kind == json::Kind::null) continue;
      for (const json::Value& item : elements_of(*body, field)) page.fleets.push_back(decode_fleet_object(body, item));
    }
  }
  if (!has_items) json::fail_at(*body, body->text().data(), "not a FleetList: it has no items");
  return page;
}

std::string encode_fleet(std::string_view name, const FleetSpec& spec, std::string_view owner) {
  nlohmann::json object = {{"apiVersion", "kplane.dev/v1"}, {"kind", "Fleet"}, {"metadata", {{"name", name}}}};
  std::map<std::string, std::string> labels = spec.labels;
  if (!owner.empty()) {
    labels.emplace("app.kubernetes.io/managed-by", "kplane-cpp");
    labels.insert_or_assign(std::string(owner_label), std::string(owner));
  }
  if (!labels.empty()) object["metadata"]["labels"] = labels;
  if (!spec.annotations.empty()) object["metadata"]["annotations"] = spec.annotations;
  nlohmann::json& out = object["spec"];
  out["replicas"] = spec.replicas;
  if (!spec.name_prefix.empty()) out["namePrefix"] = spec.name_prefix;
  if (!spec.names.empty()) out["names"] = spec.names;
  if (spec.ttl_seconds) out["ttlSeconds"] = *spec.ttl_seconds;
  return json::dump(object);
}

bool is_made_by(std::string_view owner, const FleetRecord& fleet) {
  return fleet.object.get<std::string>("/metadata/labels/app.kubernetes.io~1instance") == owner;
}

std::string encode_fleet_scale(std::string_view uid, std::int32_t replicas) {
  nlohmann::json patch = {{"spec", {{"replicas", replicas}}}};
  if (!uid.empty()) patch["metadata"]["uid"] = uid;
  return json::dump(patch);
}

}  // namespace kplane::codec
