// Fuzz target: a state body, and every item of what comes out of it.
#include "codec/state.hpp"

#include <kplane/error.hpp>

#include "target.hpp"
#include "walk_object.hpp"

namespace kplane::fuzz::state_target {
namespace {

void walk_snapshot(const kplane::Snapshot& snapshot) {
  std::size_t items = 0;
  for (const kplane::SnapshotResource& resource : snapshot.resources) {
    items += resource.items.size();
    require(snapshot.by_resource(resource.resource) != nullptr, "a plural that is there is found");
    require(snapshot.by_resource(resource.resource, resource.group) != nullptr, "also with its group");
    for (const kplane::Object& item : resource.items) walk_object(item);
  }
  require(items == snapshot.total_items(), "total_items() counts the items");
}

void run(std::string_view text) {
  const auto body = body_of(text);
  try {
    walk_snapshot(kplane::codec::decode_state(body, "2026-01-02T03:04:05Z"));
  } catch (const kplane::DecodeError& error) {
    require(error.byte_offset() <= text.size(), "the offset lies within the body");
  }
}

const Registration registration("state", run);

}  // namespace
}  // namespace kplane::fuzz::state_target
