#include "state/seen_objects.hpp"

#include <random>

#include "json/object_access.hpp"

namespace kplane::detail {

using kplane::json::ContentHash;

SeenObjects& SeenObjects::instance() {
  static auto* const objects = new SeenObjects;  // never destroyed: the destructors of static objects may use it
  return *objects;
}

SeenObjects::SeenObjects() : slots_(std::size_t{1} << 16U) {
  // A secret seed; otherwise an attacker could craft two objects that collide here.
  std::random_device random;
  seed_ = (std::uint64_t{random()} << 32U) | random();
}

bool SeenObjects::Slot::find(const ContentHash& bytes, ContentHash& content) const noexcept {
  const ContentHash found{content_low_.load(std::memory_order_relaxed), content_high_.load(std::memory_order_relaxed)};
  if ((mixed_low_.load(std::memory_order_relaxed) ^ found.low) != bytes.low) return false;
  if ((mixed_high_.load(std::memory_order_relaxed) ^ found.high) != bytes.high) return false;
  content = found;
  return true;
}

void SeenObjects::Slot::store(const ContentHash& bytes, const ContentHash& content) noexcept {
  mixed_low_.store(bytes.low ^ content.low, std::memory_order_relaxed);
  mixed_high_.store(bytes.high ^ content.high, std::memory_order_relaxed);
  content_low_.store(content.low, std::memory_order_relaxed);
  content_high_.store(content.high, std::memory_order_relaxed);
}

ContentHash SeenObjects::hash_of(const Object& object, const ComparisonScope& scope) {
  const std::string_view text = object.raw();
  const ContentHash bytes = kplane::json::hash_of_bytes(text, seed_ ^ scope.fields_id());
  Slot& slot = slots_[bytes.low % slots_.size()];
  ContentHash content;
  if (slot.find(bytes, content)) return content;
  content = kplane::json::content_hash(ObjectAccess::document(object), text, scope.fields());
  slot.store(bytes, content);
  return content;
}

}  // namespace kplane::detail
