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

ContentHash SeenObjects::hash_of(const Object& object, const ComparisonScope& scope) {
  const std::string_view text = object.raw();
  const ContentHash bytes = kplane::json::hash_of_bytes(text, seed_ ^ scope.fields_id());
  const std::size_t index = bytes.low % slots_.size();
  std::mutex& mutex = mutexes_[index % mutexes_.size()];
  {
    const std::lock_guard lock(mutex);
    if (slots_[index].bytes == bytes) return slots_[index].content;
  }
  const ContentHash content = kplane::json::content_hash(ObjectAccess::document(object), text, scope.fields());
  const std::lock_guard lock(mutex);
  slots_[index] = {bytes, content};
  return content;
}

}  // namespace kplane::detail
