// The controller that empties namespaces which are being deleted, and finalizes them.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "local_server/base/worker_threads.hpp"
#include "local_server/store/planes.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Shortly after a namespace is marked, everything in it that has no finalizers is removed, and once it is empty it is
/// deleted. Finalizers keep it until somebody clears them. The work is done by a thread that starts with the first such
/// namespace. Thread safety: every member may be called from any thread.
class NamespaceController {
 public:
  /// A change in a plane, while its store is locked.
  void on_change(Plane& plane, const Change& change);
  /// Finishes the work at hand; later changes have no effect. Call it before the planes go.
  void stop() { worker_.join(); }

 private:
  void work_on(Plane& plane, const std::string& ns);

  std::mutex mutex_;
  std::set<std::pair<const Plane*, std::string>> terminating_;
  WorkerThreads worker_{1};
};

}  // namespace kplane::testing::server
