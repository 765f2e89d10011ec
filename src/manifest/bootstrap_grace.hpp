// BootstrapGrace: what a plane, or a namespace, that has just been made refuses for a moment (contract §1).
#pragma once

#include <kplane/error.hpp>
#include <kplane/manifest.hpp>

#include "base/time.hpp"
#include "manifest/run_results.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Five seconds for everything that a plane refuses while it is being set up; thirty for a system namespace that has
/// not appeared on a plane that the client has not seen complete. One that is still missing then was deleted, or never
/// comes.
class BootstrapGrace {
 public:
  /// The endpoint must outlive this. @param begin when the plane was first asked for something
  BootstrapGrace(const PlaneEndpoint& endpoint, TimePoint begin) noexcept;

  /// Whether an object whose apply failed so may be applied again. @param results so far, for the namespaces that were
  /// applied before
  [[nodiscard]] bool covers(const Error& error, const Manifest& manifest, const RunResults& results,
                            TimePoint now) const;

 private:
  const PlaneEndpoint& endpoint_;
  const TimePoint bootstrapped_;
  const TimePoint has_namespaces_;
};

}  // namespace kplane::detail
