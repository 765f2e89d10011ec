// The scenario: a small shop in a plane that is broken in three places, what an agent can do to it, and how well it
// works.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <kplane/manifests.hpp>
#include <kplane/plane.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

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

/// The share of checks that hold, 0 to 1. Looks at nothing but the snapshot, which must show the shop: see
/// Shop::is_shown_by().
[[nodiscard]] double score(const kplane::Snapshot& snapshot);

/// What to read of a plane for score().
[[nodiscard]] kplane::StateOptions state_options();

/// The shop in one plane. Thread safety: one thread at a time.
class Shop {
 public:
  explicit Shop(kplane::Plane plane) : plane_(std::move(plane)) {}

  [[nodiscard]] const kplane::Plane& plane() const noexcept { return plane_; }

  /// Takes note of what shop.yaml made in this plane. @throws kplane::Error when something of it is missing
  void open(const kplane::ManifestResults& applied);

  /// @throws kplane::Error; whether the action took place is then unknown
  void apply(const Action& action);

  /// Whether a snapshot of this plane has caught up with all that was written here.
  ///
  /// The server answers from caches that lag behind writes by some milliseconds, and one that has only begun to list is
  /// not even `synced`. A snapshot that lags shows an older shop, or none: its score would be wrong without anybody
  /// noticing.
  [[nodiscard]] bool is_shown_by(const kplane::Snapshot& snapshot) const;

 private:
  kplane::Plane plane_;
  std::array<std::int64_t, kPartCount> written_{};  // the resource version of each part's object after the last write
};

}  // namespace rollout
