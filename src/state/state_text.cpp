#include "state/state_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "codec/state.hpp"
#include "json/document.hpp"
#include "json/object_access.hpp"
#include "state/type_names.hpp"

namespace kplane::detail {

namespace {

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string rfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

void append(std::string& text, const SnapshotResource& resource) {
  text += R"({"group":)" + quoted(resource.group) + R"(,"resource":)" + quoted(resource.resource);
  text += resource.synced ? R"(,"synced":true)" : R"(,"synced":false)";
  text += R"(,"itemCount":)" + std::to_string(resource.items.size()) + R"(,"items":[)";
  for (std::size_t i = 0; i < resource.items.size(); ++i) {
    if (i != 0) text += ',';
    text += resource.items[i].raw();
  }
  text += "]}";
}

}  // namespace

std::string encode_state(const Snapshot& state) {
  std::string text;
  text.reserve(state.raw().size() + 256);
  text += R"({"cluster":)" + quoted(state.cluster) + R"(,"snapshotTime":")" + rfc3339(state.snapshot_time);
  text += R"(","liveResources":)" + std::to_string(state.live_resources) + R"(,"resources":[)";
  for (std::size_t i = 0; i < state.resources.size(); ++i) {
    if (i != 0) text += ',';
    append(text, state.resources[i]);
  }
  return text += "]}";
}

Snapshot with_types(Snapshot state, std::vector<SnapshotResource> types) {
  bool has_more = false;
  for (SnapshotResource& type : types) {
    if (state.by_resource(type.resource, type.group) != nullptr) continue;
    state.resources.push_back(std::move(type));
    has_more = true;
  }
  if (!has_more) return state;
  std::sort(state.resources.begin(), state.resources.end(), is_type_before);
  const Document& original = ObjectAccess::document(state);
  return codec::decode_state(
      std::make_shared<const Document>(memory::PaddedBuffer(encode_state(state)), original.origin()), std::nullopt);
}

}  // namespace kplane::detail
