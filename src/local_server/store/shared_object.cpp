#include "local_server/store/shared_object.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// Stand in a sample where a plane's own values go; no object of ours contains them.
const OwnValues& placeholders() {
  static const OwnValues values{"{{uid}}", "{{resourceVersion}}", "{{created}}", "{{cluster}}"};
  return values;
}

constexpr std::array kGaps = {&OwnValues::uid, &OwnValues::resource_version, &OwnValues::created, &OwnValues::cluster};

}  // namespace

OwnValues own_values(const PlaneOrigin& origin, std::size_t index) {
  return {origin.identifiers.uuid(index), std::to_string(origin.first_version + index + 1), origin.created,
          origin.cluster};
}

SharedObject::SharedObject(const ResourceType& type, json content, bool labelled)
    : type_(&type), content_(std::move(content)) {
  json& metadata = content_["metadata"];
  name_ = {type.namespaced ? string_member(metadata, "namespace") : "", string_member(metadata, "name")};
  if (content_.contains("spec")) metadata["generation"] = 1;
  OwnValues sample = placeholders();
  if (!labelled) sample.cluster.clear();
  const StoredObject object(value(sample));
  for (std::size_t form = 0; form < kObjectForms; ++form) {
    std::string text;
    object.append_text(text, static_cast<ObjectForm>(form));
    texts_[form] = split(text);
  }
}

json SharedObject::value(const OwnValues& own) const {
  json value = content_;
  json& metadata = value["metadata"];
  metadata["uid"] = own.uid;
  metadata["resourceVersion"] = own.resource_version;
  metadata["creationTimestamp"] = own.created;
  if (!own.cluster.empty()) metadata["labels"][kClusterLabel] = own.cluster;
  return value;
}

void SharedObject::append_text(std::string& text, ObjectForm form, const OwnValues& own) const {
  for (const auto& piece : texts_[static_cast<std::size_t>(form)]) {
    text += piece.text;
    if (piece.gap != nullptr) text += own.*piece.gap;
  }
}

SharedObject::Text SharedObject::split(std::string_view sample) {
  Text pieces;
  while (true) {
    std::size_t first = std::string_view::npos;
    auto gap = kGaps.front();
    for (const auto each : kGaps) {
      const std::size_t at = sample.find(placeholders().*each);
      if (at < first) {
        first = at;
        gap = each;
      }
    }
    if (first == std::string_view::npos) break;
    pieces.push_back({std::string(sample.substr(0, first)), gap});
    sample.remove_prefix(first + (placeholders().*gap).size());
  }
  pieces.push_back({std::string(sample), nullptr});
  return pieces;
}

}  // namespace kplane::testing::server
