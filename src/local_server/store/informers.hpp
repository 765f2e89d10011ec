// Which informers of a server are live: `/state` shows only what one of them watches (contract §3). They are shared by
// all planes (contract §10).
#pragma once

#include <cstdint>
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
  struct View {
    std::set<GroupResource> live{};
    std::set<GroupResource> starting{};  ///< part of `live`, but begun by this very read: not synced yet
    std::uint64_t read = 0;              ///< how many reads came before this one
  };

  void start(const ResourceType& type);
  /// When a plane's own components start. `initial`: what they find there.
  void start_watched(const InitialObjects& initial);
  /// What one read of a plane sees; a warm one starts the informers of all built-in types first.
  [[nodiscard]] View look(bool warm);

 private:
  std::mutex mutex_;
  std::set<GroupResource> live_;
  bool watching_ = false;
  std::uint64_t reads_ = 0;
};

}  // namespace kplane::testing::server
