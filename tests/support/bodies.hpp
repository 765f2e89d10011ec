// Response bodies of any size, for benchmarks and for tests of what must not grow with the size. Deterministic: the
// same arguments give the same bytes.
#pragma once

#include <string>
#include <string_view>

namespace kplane::tests {

/// What a plane holds beside the objects that every plane is born with.
struct Workload {
  int deployments = 0;
  int pods_per_deployment = 0;
};

inline constexpr Workload fresh_plane{};         ///< 111 kB, 174 objects
inline constexpr Workload rollout_plane{5, 10};  ///< 240 kB, 242 objects: 50 pods
inline constexpr Workload large_plane{40, 46};   ///< 4.6 MB, 1,840 pods

/// The answer to `GET …/state` for a plane (contract §3), as a server writes it: compact JSON, objects as in a real
/// cluster.
[[nodiscard]] std::string make_state_body(std::string_view cluster, Workload workload);

/// A Fleet (contract §5) whose members are all ready.
[[nodiscard]] std::string make_fleet_body(std::string_view name, int members);

}  // namespace kplane::tests
