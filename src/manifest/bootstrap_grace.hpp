// Which failures of a newly created plane or namespace are temporary (contract §1).
#pragma once

#include <kplane/error.hpp>
#include <kplane/manifest.hpp>

#include "base/time.hpp"
#include "manifest/run_results.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Five seconds for everything that a plane rejects while it is being set up; thirty for a missing system namespace on
/// a plane that the client has not yet seen bootstrapped. One still missing after that was deleted, or will never
/// appear.
class BootstrapGrace {
 public:
  /// The endpoint must outlive this. @param begin when the plane was first accessed
  BootstrapGrace(const PlaneEndpoint& endpoint, TimePoint begin) noexcept;

  /// Whether an object whose apply failed with this error should be retried. @param results so far, for the namespaces
  /// that were applied before
  [[nodiscard]] bool covers(const Error& error, const Manifest& manifest, const RunResults& results,
                            TimePoint now) const;

 private:
  const PlaneEndpoint& endpoint_;
  const TimePoint bootstrapped_;
  const TimePoint has_namespaces_;
};

}  // namespace kplane::detail
