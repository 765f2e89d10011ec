#include <kplane/diff.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <tuple>
#include <utility>

#include "json/content_diff.hpp"
#include "json/content_hash.hpp"
#include "json/object_access.hpp"
#include "state/comparison_scope.hpp"
#include "state/seen_objects.hpp"
#include "state/type_names.hpp"

namespace kplane {

namespace {

using detail::ComparisonScope;
using Items = Vector<Object>;

/// Matches the objects of two lists that have identical bytes.
class SameBytes {
 public:
  /// Afterwards first() and second() are those without a match.
  void match(const Items& first, const Items& second) {
    left_.first.clear();
    left_.second.clear();
    const std::size_t paired = std::min(first.size(), second.size());
    // The order is often the same, which a direct comparison shows faster than a search.
    for (std::size_t i = 0; i < paired; ++i) {
      if (first[i].raw() == second[i].raw()) continue;
      left_.first.push_back(&first[i]);
      left_.second.push_back(&second[i]);
    }
    for (std::size_t i = paired; i < first.size(); ++i) left_.first.push_back(&first[i]);
    for (std::size_t i = paired; i < second.size(); ++i) left_.second.push_back(&second[i]);
    if (!left_.first.empty() && !left_.second.empty()) match_in_any_order();
  }

  [[nodiscard]] const std::vector<const Object*>& first() const noexcept { return left_.first; }
  [[nodiscard]] const std::vector<const Object*>& second() const noexcept { return left_.second; }

 private:
  /// A place of a hash table with linear probing.
  struct Slot {
    std::uint64_t beginning = 0;
    const Object** object = nullptr;  ///< in left_.first, where it is nullptr once it has its match
  };

  /// Bounds the search where many objects begin alike. Those that stay without a match are compared by content.
  static constexpr std::size_t max_probes = 16;

  /// Names, uids and resource versions come first in an object, so its beginning usually tells it from the others.
  static std::uint64_t hash_of_beginning(const Object& object) noexcept {
    constexpr std::size_t beginning = 128;  // much cheaper to hash than the rest
    return kplane::json::hash_of_bytes(object.raw().substr(0, beginning), object.raw().size()).low;
  }

  void match_in_any_order() {
    std::size_t size = max_probes;
    while (size < 2 * left_.first.size()) size *= 2;
    slots_.assign(size, Slot());
    for (const Object*& object : left_.first) insert(object);
    const auto has_match = [this](const Object* object) { return take_match_of(*object); };
    left_.second.erase(std::remove_if(left_.second.begin(), left_.second.end(), has_match), left_.second.end());
    left_.first.erase(std::remove(left_.first.begin(), left_.first.end(), nullptr), left_.first.end());
  }

  void insert(const Object*& object) {
    const std::uint64_t beginning = hash_of_beginning(*object);
    for (std::size_t probe = 0; probe < max_probes; ++probe) {
      Slot& slot = slot_at(beginning + probe);
      if (slot.object != nullptr) continue;
      slot = {beginning, &object};
      return;
    }
  }

  bool take_match_of(const Object& object) {
    const std::uint64_t beginning = hash_of_beginning(object);
    for (std::size_t probe = 0; probe < max_probes; ++probe) {
      const Slot& slot = slot_at(beginning + probe);
      if (slot.object == nullptr) return false;
      const Object*& other = *slot.object;
      if (slot.beginning != beginning || other == nullptr || other->raw() != object.raw()) continue;
      other = nullptr;
      return true;
    }
    return false;
  }

  Slot& slot_at(std::uint64_t place) noexcept { return slots_[place & (slots_.size() - 1)]; }

  std::pair<std::vector<const Object*>, std::vector<const Object*>> left_;
  std::vector<Slot> slots_;
};

struct Named {
  std::string_view ns;
  std::string_view name;
  const Object* object;
  friend bool operator<(const Named& a, const Named& b) { return std::tie(a.ns, a.name) < std::tie(b.ns, b.name); }
};

std::vector<Named> sorted_by_name(const std::vector<const Object*>& objects) {
  std::vector<Named> named;
  named.reserve(objects.size());
  for (const Object* object : objects) named.push_back({object->ns(), object->name(), object});
  std::stable_sort(named.begin(), named.end());
  return named;
}

kplane::json::Content content_of(const Object& object) {
  return {detail::ObjectAccess::document(object), object.raw()};
}

class Differences {
 public:
  explicit Differences(const ComparisonScope& scope) : scope_(scope) {}

  void compare(const SnapshotResource& before, const SnapshotResource& after) {
    same_bytes_.match(before.items, after.items);
    const auto first = sorted_by_name(same_bytes_.first());
    const auto second = sorted_by_name(same_bytes_.second());
    auto a = first.begin();
    auto b = second.begin();
    while (a != first.end() || b != second.end()) {
      if (b == second.end() || (a != first.end() && *a < *b)) {
        add(ChangeType::removed, before, *a).before = *a->object;
        ++a;
      } else if (a == first.end() || *b < *a) {
        add(ChangeType::added, after, *b).after = *b->object;
        ++b;
      } else {
        compare(after, *a++, *b++);
      }
    }
  }

  [[nodiscard]] Vector<Change> take() { return std::move(changes_); }

 private:
  void compare(const SnapshotResource& type, const Named& before, const Named& after) {
    // Objects of two planes have different bytes but usually the same content, which a hash shows faster than a
    // comparison.
    auto& seen = detail::SeenObjects::instance();
    if (seen.hash_of(*before.object, scope_) == seen.hash_of(*after.object, scope_)) return;
    auto pointers = kplane::json::content_diff(content_of(*before.object), content_of(*after.object), scope_.fields());
    Change& change = add(ChangeType::modified, type, after);
    change.pointers = std::move(pointers);
    change.before = *before.object;
    change.after = *after.object;
  }

  Change& add(ChangeType what, const SnapshotResource& type, const Named& object) {
    Change& change = changes_.emplace_back();
    change.type = what;
    change.group = type.group;
    change.resource = type.resource;
    change.ns = object.ns;
    change.name = object.name;
    return change;
  }

  const ComparisonScope& scope_;
  SameBytes same_bytes_;
  std::vector<Change> changes_;
};

using Types = std::vector<const SnapshotResource*>;

bool is_before(const SnapshotResource* a, const SnapshotResource* b) { return detail::is_type_before(*a, *b); }

Types covered_types(const Snapshot& state, const ComparisonScope& scope) {
  Types types;
  types.reserve(state.resources.size());
  for (const SnapshotResource& resource : state.resources) {
    if (!resource.items.empty() && scope.covers(resource)) types.push_back(&resource);
  }
  if (!std::is_sorted(types.begin(), types.end(), is_before)) std::sort(types.begin(), types.end(), is_before);
  return types;
}

SnapshotResource none_of(const SnapshotResource& type) { return {type.group, type.resource, type.synced, 0, {}}; }

}  // namespace

Vector<Change> diff(const Snapshot& before, const Snapshot& after, const DiffOptions& options) {
  const auto scope = ComparisonScope::of(options);
  const Types first = covered_types(before, *scope);
  const Types second = covered_types(after, *scope);
  Differences differences(*scope);
  auto a = first.begin();
  auto b = second.begin();
  while (a != first.end() || b != second.end()) {
    if (b == second.end() || (a != first.end() && is_before(*a, *b))) {
      differences.compare(**a, none_of(**a));
      ++a;
    } else if (a == first.end() || is_before(*b, *a)) {
      differences.compare(none_of(**b), **b);
      ++b;
    } else {
      differences.compare(**a++, **b++);
    }
  }
  return differences.take();
}

}  // namespace kplane
