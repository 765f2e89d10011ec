// Caches the types that each plane serves.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/api_resources.hpp"

namespace kplane::detail {

/// The types of one group-version; immutable.
using ApiTypes = std::vector<codec::ApiResource>;

/// Thread-safe.
///
/// There are thousands of planes, most of which serve the same types, so equal answers share memory. At most 65,536
/// answers are cached, at about 150 bytes each, and 16 MiB of distinct ones; when either limit is reached, the cache is
/// cleared and refilled on demand. An answer larger than that is not cached.
class DiscoveryCache {
 public:
  /// nullptr when not cached.
  [[nodiscard]] std::shared_ptr<const ApiTypes> find(std::string_view cluster, std::string_view api_version) const;
  std::shared_ptr<const ApiTypes> remember(std::string_view cluster, std::string_view api_version, ApiTypes types);
  void forget(std::string_view cluster, std::string_view api_version);

  /// For tests: the number of answers, and of distinct ones.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t distinct() const;

 private:
  [[nodiscard]] std::shared_ptr<const ApiTypes> share(ApiTypes types);
  void clear();

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const ApiTypes>> known_;
  std::unordered_multimap<std::size_t, std::shared_ptr<const ApiTypes>> contents_;  // by hash
  std::size_t bytes_ = 0;                                                           // of contents_, about
};

/// The type of that kind; nullptr when it is not among them.
[[nodiscard]] const codec::ApiResource* find_kind(const ApiTypes& types, std::string_view kind) noexcept;

}  // namespace kplane::detail
