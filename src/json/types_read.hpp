// The types that were looked up in a Snapshot and its copies.
#pragma once

#include <algorithm>
#include <mutex>
#include <new>
#include <string>
#include <string_view>

#include <kplane/vector.hpp>

namespace kplane::detail {

/// Thread-safe.
class TypesRead {
 public:
  /// @param plural is forgotten where memory has run out
  void note(std::string_view plural) noexcept {
    const std::lock_guard lock(mutex_);
    const auto at = std::lower_bound(plurals_.begin(), plurals_.end(), plural);
    if (at != plurals_.end() && *at == plural) return;
    try {
      plurals_.insert(at, std::string(plural));
    } catch (const std::bad_alloc&) {
    }
  }

  /// Sorted.
  [[nodiscard]] Vector<std::string> plurals() const {
    const std::lock_guard lock(mutex_);
    return {plurals_.begin(), plurals_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> plurals_;
};

}  // namespace kplane::detail
