// The required types and the defaults of the fields of a state body; null counts as absent (contract §3).
#include "codec/state.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "codec/rfc3339.hpp"
#include "codec/state_objects.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

namespace {

using detail::Document;

bool is_absent(const Slot& slot) noexcept { return !slot || slot->kind == json::Kind::null; }

template <class T>
T required(const Document& document, const Slot& slot, std::optional<T> converted, const char* what) {
  if (converted) return std::move(*converted);
  json::fail_at(document, slot ? slot->text.data() : document.text().data(), what);
}

std::string_view required_string(const Document& document, const Slot& slot, const char* what) {
  return required(document, slot, slot ? json::as_string(document, *slot) : std::nullopt, what);
}

std::int64_t count_or(const Document& document, const Slot& slot, std::size_t otherwise, const char* what) {
  if (is_absent(slot)) return static_cast<std::int64_t>(otherwise);
  return required(document, slot, json::as_int64(document, *slot), what);
}

/// The epoch stands for a time that the clock cannot represent: subtracting from it does not overflow.
std::chrono::system_clock::time_point in_clock(std::chrono::system_clock::time_point time) noexcept {
  return is_beyond_clock(time) ? std::chrono::system_clock::time_point() : time;
}

std::chrono::system_clock::time_point decode_time(const Document& document, const Slot& slot,
                                                  std::optional<std::string_view> header_time) {
  if (is_absent(slot) && header_time)
    return in_clock(required(document, slot, parse_rfc3339(*header_time), "X-Snapshot-Time: not a time"));
  const std::string_view text = required_string(document, slot, "snapshotTime: expected a string");
  return in_clock(required(document, slot, parse_rfc3339(text), "snapshotTime: expected an RFC 3339 time"));
}

SnapshotResource decode_resource(const std::shared_ptr<const Document>& document, const StateObjects::Resource& extents,
                                 const json::Value* objects) {
  SnapshotResource resource;
  if (!is_absent(extents.group))
    resource.group = required_string(*document, extents.group, "resources[].group: expected a string");
  if (is_absent(extents.resource))
    json::fail_at(*document, extents.position, "resources[].resource: expected a string");
  resource.resource = required_string(*document, extents.resource, "resources[].resource: expected a string");
  if (!is_absent(extents.synced)) {
    resource.synced = required(*document, extents.synced, json::as_bool(*document, *extents.synced),
                               "resources[].synced: expected a bool");
  }
  if (!is_absent(extents.items) && extents.items->kind != json::Kind::array) {
    json::fail_at(*document, extents.items->text.data(), "resources[].items: expected an array");
  }
  resource.items.reserve(extents.object_count);
  for (std::size_t i = 0; i < extents.object_count; ++i) {
    const json::Value& item = objects[extents.first_object + i];
    if (item.kind != json::Kind::object)
      json::fail_at(*document, item.text.data(), "resources[].items[]: expected an object");
    detail::ObjectAccess::append_object(resource.items, document, item.text);
  }
  resource.item_count =
      count_or(*document, extents.item_count, resource.items.size(), "resources[].itemCount: expected an integer");
  if (resource.item_count != static_cast<std::int64_t>(resource.items.size())) {
    json::fail_at(*document, extents.item_count->text.data(),
                  "resources[].itemCount: " + std::to_string(resource.item_count) + ", but there are " +
                      std::to_string(resource.items.size()) + " items");
  }
  return resource;
}

using Type = std::pair<std::string_view, std::string_view>;

Type type_of(const SnapshotResource& resource) noexcept { return {resource.group, resource.resource}; }

/// Servers sort them, so comparing neighbours usually suffices.
void check_types_are_distinct(const Document& document, const Snapshot& snapshot, const StateObjects& extents) {
  const auto is_not_before = [](const SnapshotResource& a, const SnapshotResource& b) {
    return !(type_of(a) < type_of(b));
  };
  const auto& all = snapshot.resources;
  if (std::adjacent_find(all.begin(), all.end(), is_not_before) == all.end()) return;
  std::set<Type> seen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!seen.insert(type_of(all[i])).second) {
      json::fail_at(document, extents.entries[i].position, "resources: the same type appears twice");
    }
  }
}

}  // namespace

json::JsonOutline begin_state_outline() noexcept { return json::JsonOutline(state_object_level); }

Snapshot decode_state(std::shared_ptr<const Document> document, std::optional<std::string_view> header_time,
                      json::JsonOutline outline) {
  outline.finish(document->text());
  const StateObjects extents = find_state_objects(*document, outline);
  if (!extents.resources) json::fail_at(*document, document->text().data(), "not a snapshot: it has no resources");
  Snapshot snapshot;
  snapshot.cluster = required_string(*document, extents.cluster, "cluster: expected a string");
  snapshot.snapshot_time = decode_time(*document, extents.snapshot_time, header_time);
  if (extents.resources->kind != json::Kind::array && extents.resources->kind != json::Kind::null) {
    json::fail_at(*document, extents.resources->text.data(), "resources: expected an array");
  }
  snapshot.resources.reserve(extents.entries.size());
  for (const StateObjects::Resource& entry : extents.entries)
    snapshot.resources.push_back(decode_resource(document, entry, extents.objects.data()));
  snapshot.live_resources =
      count_or(*document, extents.live_resources, snapshot.resources.size(), "liveResources: expected an integer");
  if (snapshot.live_resources < 0) {
    json::fail_at(*document, extents.live_resources->text.data(), "liveResources: expected 0 or more");
  }
  check_types_are_distinct(*document, snapshot, extents);
  detail::ObjectAccess::set_document(snapshot, std::move(document));
  return snapshot;
}

}  // namespace kplane::codec
