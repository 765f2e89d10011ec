#include "local_server/fleet/state_cache.hpp"

#include <iterator>
#include <utility>

namespace kplane::testing::server {
namespace {

// Of the entries themselves, their nodes in list and maps included.
constexpr std::size_t kPlaneOverhead = 256;
constexpr std::size_t kTypeOverhead = 192;

std::size_t bytes_of(const EncodedPlane& plane) {
  std::size_t bytes = kPlaneOverhead;
  for (const auto& [type, items] : plane.types) {
    bytes += kTypeOverhead + items->text.capacity() + items->ends.capacity() * sizeof(std::size_t);
  }
  return bytes;
}

}  // namespace

void EncodedItems::append_to(std::string& body, std::uint64_t turn) const {
  if (ends.empty()) return;
  const auto first = static_cast<std::size_t>(turn % ends.size());
  const std::size_t begin = first == 0 ? 0 : ends[first - 1];
  body.append(text, begin).append(text, 0, begin);
  body.pop_back();
}

const EncodedItems* EncodedPlane::find(const ResourceType& type) const {
  const auto found = types.find(&type);
  return found == types.end() ? nullptr : found->second.get();
}

std::size_t EncodedPlane::text_size() const {
  std::size_t size = 0;
  for (const auto& [type, items] : types) size += items->text.size();
  return size;
}

std::shared_ptr<const EncodedPlane> StateCache::find(const Plane& plane) {
  const std::lock_guard lock(mutex_);
  const auto found = by_plane_.find(&plane);
  if (found == by_plane_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->encoded;
}

void StateCache::put(const Plane& plane, std::shared_ptr<const EncodedPlane> encoded) {
  const std::size_t bytes = bytes_of(*encoded);
  const std::lock_guard lock(mutex_);
  const auto found = by_plane_.find(&plane);
  if (found != by_plane_.end()) drop_locked(found->second);
  if (bytes > max_bytes_) return;
  while (bytes_ + bytes > max_bytes_) drop_locked(std::prev(entries_.end()));
  Entries entry;
  entry.push_front({&plane, std::move(encoded), bytes});
  by_plane_[&plane] = entry.begin();  // an iterator that stays valid where its element goes
  entries_.splice(entries_.begin(), entry);
  bytes_ += bytes;
}

std::size_t StateCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void StateCache::drop_locked(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_plane_.erase(entry->plane);
  entries_.erase(entry);
}

}  // namespace kplane::testing::server
