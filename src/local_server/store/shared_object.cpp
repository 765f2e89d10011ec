#include "local_server/store/shared_object.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/apply_defaults.hpp"
#include "local_server/schema/events.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// Placeholders for a plane's own values in a template; no system object contains them.
constexpr std::array<std::string_view, 4> kPlaceholders = {"{{{{{{{{{{{{{{{{{{uid}}}}}}}}}}}}}}}",
                                                           "{{resourceVersion}}", "{{created}}", "{{cluster}}"};

OwnValues sample_values(bool labelled) {
  static_assert(kPlaceholders[0].size() == std::tuple_size_v<UuidText>);
  OwnValues sample{{}, std::string(kPlaceholders[1]), kPlaceholders[2], labelled ? kPlaceholders[3] : ""};
  std::copy(kPlaceholders[0].begin(), kPlaceholders[0].end(), sample.uid.begin());
  return sample;
}

std::string_view view(const UuidText& text) { return {text.data(), text.size()}; }

}  // namespace

OwnValues own_values(const PlaneOrigin& origin, std::size_t index) {
  return {origin.identifiers.uuid_text(index), std::to_string(origin.first_version + index + 1), origin.created,
          origin.cluster};
}

SharedObject::SharedObject(const ResourceType& type, json content, bool labelled)
    : type_(&type), content_(std::move(content)) {
  json& metadata = content_["metadata"];
  name_ = {type.namespaced ? string_member(metadata, "namespace") : "", string_member(metadata, "name")};
  if (has_generation(type)) metadata["generation"] = 1;
  const StoredObject object(value(sample_values(labelled)));
  for (std::size_t form = 0; form < kObjectForms; ++form) {
    std::string text;
    object.append_text(text, static_cast<ObjectForm>(form));
    texts_[form] = split(text);
  }
  if (&type != find_built_in("", "events")) return;
  const ResourceType& other = *find_built_in("events.k8s.io", "events");
  served_ = std::make_unique<const SharedObject>(other, as_served(other, content_), labelled);
}

json SharedObject::value(const OwnValues& own) const {
  json value = content_;
  json& metadata = value["metadata"];
  metadata["uid"] = view(own.uid);
  metadata["resourceVersion"] = own.resource_version;
  metadata["creationTimestamp"] = own.created;
  if (!own.cluster.empty()) metadata["labels"][kClusterLabel] = own.cluster;
  return value;
}

void SharedObject::append_text(std::string& text, ObjectForm form, const OwnValues& own) const {
  const std::array<std::string_view, 5> gaps = {"", view(own.uid), own.resource_version, own.created, own.cluster};
  for (const auto& piece : texts_[static_cast<std::size_t>(form)]) {
    text += piece.text;
    text += gaps[static_cast<std::size_t>(piece.gap)];
  }
}

SharedObject::Text SharedObject::split(std::string_view sample) {
  Text pieces;
  while (true) {
    std::array<std::size_t, kPlaceholders.size()> found{};
    std::transform(kPlaceholders.begin(), kPlaceholders.end(), found.begin(),
                   [&](std::string_view placeholder) { return sample.find(placeholder); });
    const auto first = std::min_element(found.begin(), found.end());
    if (*first == std::string_view::npos) break;
    const auto which = static_cast<std::size_t>(first - found.begin());
    pieces.push_back({std::string(sample.substr(0, *first)), static_cast<Gap>(which + 1)});
    sample.remove_prefix(*first + kPlaceholders[which].size());
  }
  pieces.push_back({std::string(sample), Gap::none});
  return pieces;
}

}  // namespace kplane::testing::server
