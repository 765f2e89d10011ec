// There are about fifty resource types, so a linear scan is the fastest lookup.
#include <kplane/snapshot.hpp>

#include <algorithm>

#include "codec/state.hpp"
#include "json/document.hpp"
#include "json/types_read.hpp"

namespace kplane {

Snapshot Snapshot::from_json(std::string_view body) {
  return codec::decode_state(std::make_shared<const detail::Document>(memory::PaddedBuffer(body), "state"),
                             std::nullopt);
}

const SnapshotResource* Snapshot::by_resource(std::string_view resource) const& noexcept {
  if (const SnapshotResource* core = by_resource(resource, "")) return core;
  const auto same = [&](const SnapshotResource& candidate) { return candidate.resource == resource; };
  const auto found = std::find_if(resources.begin(), resources.end(), same);
  return found == resources.end() ? nullptr : &*found;
}

const SnapshotResource* Snapshot::by_resource(std::string_view resource, std::string_view group) const& noexcept {
  if (types_read_) types_read_->note(resource);
  const auto same = [&](const SnapshotResource& candidate) {
    return candidate.resource == resource && candidate.group == group;
  };
  const auto found = std::find_if(resources.begin(), resources.end(), same);
  return found == resources.end() ? nullptr : &*found;
}

Vector<std::string> Snapshot::types_read() const {
  return types_read_ ? types_read_->plurals() : Vector<std::string>();
}

bool Snapshot::is_synced(std::string_view resource) const noexcept {
  const SnapshotResource* found = by_resource(resource);
  return found != nullptr && found->synced;
}

bool Snapshot::is_synced(std::string_view resource, std::string_view group) const noexcept {
  const SnapshotResource* found = by_resource(resource, group);
  return found != nullptr && found->synced;
}

std::size_t Snapshot::total_items() const noexcept {
  std::size_t total = 0;
  for (const SnapshotResource& resource : resources) total += resource.items.size();
  return total;
}

std::string_view Snapshot::raw() const& noexcept { return document_ ? document_->text() : std::string_view(); }

}  // namespace kplane
