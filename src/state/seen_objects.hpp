// A cache of content hashes by the bytes of objects, so that known objects need not be parsed again.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include <kplane/object.hpp>

#include "json/content_hash.hpp"
#include "state/comparison_scope.hpp"

namespace kplane::detail {

/// A table of fixed size (2 MiB) in which newer entries replace older ones. Thread-safe.
class SeenObjects {
 public:
  /// The process-wide instance, created at the first call.
  static SeenObjects& instance();

  /// @throws DecodeError
  kplane::json::ContentHash hash_of(const Object& object, const ComparisonScope& scope);

 private:
  struct Slot {
    kplane::json::ContentHash bytes;
    kplane::json::ContentHash content;
  };

  SeenObjects();

  std::uint64_t seed_ = 0;
  std::vector<Slot> slots_;
  std::array<std::mutex, 64> mutexes_;
};

}  // namespace kplane::detail
