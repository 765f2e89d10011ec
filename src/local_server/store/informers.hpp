// The live informers of a server: `/state` shows only types that have one (contract §3). All planes share them
// (contract §10).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "local_server/base/resource_types.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// A type gets its informer when a plane's own components start (for those they watch), when one of its objects is
/// written, or by a warm read. Informers then live as long as the server. Thread safety: every member may be called
/// from any thread.
class Informers {
 public:
  using Live = std::map<GroupResource, const ResourceType*>;
  struct View {
    std::shared_ptr<const Live> live{};
    std::set<GroupResource> starting{};  ///< part of `live`, but started by this read: not synced yet
    std::uint64_t read = 0;              ///< the number of earlier reads
  };

  void start(const ResourceType& type);
  /// Call when a plane's own components start. `initial`: the objects they find.
  void start_watched(const InitialObjects& initial);
  /// The informers for one read of a plane; a warm one first starts those of all built-in types.
  [[nodiscard]] View look(bool warm);

 private:
  /// Adds types that are not live yet. @return those added
  std::set<GroupResource> add_locked(const std::vector<const ResourceType*>& types);

  std::mutex mutex_;
  std::shared_ptr<const Live> live_ = std::make_shared<const Live>();  // replaced, never changed
  bool watching_ = false;
  std::uint64_t reads_ = 0;
};

}  // namespace kplane::testing::server
