// The scenario: a small shop that is broken in three places, what an agent can do to it, and how well it works.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <kplane/manifest_results.hpp>
#include <kplane/plane.hpp>
#include <kplane/snapshot.hpp>

namespace rollout {

/// The image that the Deployment runs, the selector of the Service, and the mode in the ConfigMap.
inline constexpr std::size_t kPartCount = 3;

/// What an agent does in one step.
struct Action {
  std::size_t part = 0;  ///< below kPartCount
  bool mends = true;     ///< false: breaks
};

/// Such as "mend image".
[[nodiscard]] std::string to_string(const Action& action);

/// The fraction of checks that pass, 0 to 1. Uses only the snapshot, which must show all writes.
[[nodiscard]] double score(const kplane::Snapshot& snapshot);

/// The types that score() reads.
[[nodiscard]] std::vector<std::string> scored_types();

/// @throws kplane::Error when applying failed, or the objects are not a complete shop
void check_opened(const kplane::ManifestResults& applied);

/// The shop in one plane. Thread safety: one thread at a time.
class Shop {
 public:
  explicit Shop(kplane::Plane plane) : plane_(std::move(plane)) {}

  [[nodiscard]] const kplane::Plane& plane() const noexcept { return plane_; }

  /// @throws kplane::Error; whether the action took place is then unknown
  void apply(const Action& action);

 private:
  kplane::Plane plane_;
};

}  // namespace rollout
