// The encoded items of planes that are read again and again, so that what did not change is not encoded anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// The items of one type, encoded. Immutable once it is shared.
struct EncodedItems {
  std::uint64_t version = 0;        ///< Store::informed_version() of the type
  std::string text{};               ///< the items, each followed by a comma
  std::vector<std::size_t> ends{};  ///< of the items in `text`, including the comma

  /// Appends the items, separated by commas, beginning with the one at `turn` modulo their number.
  void append_to(std::string& body, std::uint64_t turn) const;
};

/// What is kept of one plane. Immutable once it is shared.
struct EncodedPlane {
  std::uint64_t version = 0;  ///< Store::informed_version() when it was read last; all `types` are of that time
  std::unordered_map<const ResourceType*, std::shared_ptr<const EncodedItems>> types{};

  /// The items of a type; nullptr: they are not kept.
  [[nodiscard]] const EncodedItems* find(const ResourceType& type) const;
  /// Of the items of all types.
  [[nodiscard]] std::size_t text_size() const;
};

/// Keeps the planes that were read last, as many as fit. Thread safety: every member may be called from any thread.
class StateCache {
 public:
  explicit StateCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// nullptr: the plane is not known. Planes are told apart by their addresses: they must live as long as this.
  [[nodiscard]] std::shared_ptr<const EncodedPlane> find(const Plane& plane);
  /// Replaces what is known of a plane, and drops the planes whose last use is longest ago if they are too many. One
  /// that is larger than the whole cache is not kept.
  void put(const Plane& plane, std::shared_ptr<const EncodedPlane> encoded);
  /// What is held at the moment.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    const Plane* plane = nullptr;
    std::shared_ptr<const EncodedPlane> encoded{};
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;

  void drop_locked(Entries::iterator entry);

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  Entries entries_;  // the one used last comes first
  std::unordered_map<const Plane*, Entries::iterator> by_plane_;
};

}  // namespace kplane::testing::server
