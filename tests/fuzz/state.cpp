// Fuzz target: a state body, and every item of what comes out of it.
#include "codec/state.hpp"

#include <kplane/error.hpp>

#include "target.hpp"
#include "walk_object.hpp"

namespace {

void walk_snapshot(const kplane::Snapshot& snapshot) {
  std::size_t items = 0;
  for (const kplane::SnapshotResource& resource : snapshot.resources) {
    items += resource.items.size();
    kplane::fuzz::require(snapshot.by_resource(resource.resource) != nullptr, "a plural that is there is found");
    kplane::fuzz::require(snapshot.by_resource(resource.resource, resource.group) != nullptr, "also with its group");
    for (const kplane::Object& item : resource.items) kplane::fuzz::walk_object(item);
  }
  kplane::fuzz::require(items == snapshot.total_items(), "total_items() counts the items");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = kplane::fuzz::body_of(kplane::fuzz::text_of(data, size));
  try {
    walk_snapshot(kplane::codec::decode_state(body, "2026-01-02T03:04:05Z"));
  } catch (const kplane::DecodeError& error) {
    kplane::fuzz::require(error.byte_offset() <= size, "the offset lies within the body");
  }
  return 0;
}
