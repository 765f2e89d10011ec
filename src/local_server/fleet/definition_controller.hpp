// The controller that makes planes serve the types of their CustomResourceDefinitions.
#pragma once

#include <string>

#include "local_server/base/worker_threads.hpp"
#include "local_server/store/planes.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Shortly after a definition is written, its types are served and its status says so; until then their paths are not
/// found. A deleted definition stays until its objects are gone; those without finalizers are removed shortly
/// afterwards. The work is done by a thread that starts with the first definition. Thread safety: every member may be
/// called from any thread.
class DefinitionController {
 public:
  /// A change in a plane, while its store is locked.
  void on_change(Plane& plane, const Change& change);
  /// Finishes the current work; later changes have no effect. Call it before the planes are destroyed.
  void stop() { worker_.join(); }

 private:
  WorkerThreads worker_{1};  // one, so that the work on a definition is done in order
};

/// Serves the types of a definition as it is now, unless others have its names, and writes its status.
void establish(Plane& plane, const std::string& definition);

}  // namespace kplane::testing::server
