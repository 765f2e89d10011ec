#pragma once

namespace kplane {

/// Which finalizers a removal clears from what it deletes when nobody else has done so in time.
enum class FinalizerPolicy {
  keep,  ///< none
  /// Those of Kubernetes' own controllers, which a plane does not have (contract §9): `foregroundDeletion`, `orphan`,
  /// `kubernetes.io/pvc-protection`, `kubernetes.io/pv-protection`, `kubernetes.io/vac-protection`,
  /// `batch.kubernetes.io/job-tracking`, `resource.kubernetes.io/delete-protection`. Any other finalizer belongs to
  /// software that may still have to clean up outside the plane: it is kept and reported.
  well_known,
  all,  ///< every one; what their owners wanted to clean up first is then never done
};

}  // namespace kplane
