// A plane, and the registry that creates planes on first access.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "local_server/schema/custom_types.hpp"
#include "local_server/store/informers.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

using Clock = std::chrono::steady_clock;

/// How all planes of a server behave; see LocalServerOptions.
struct PlanesOptions {
  std::string root_cluster = "root";
  std::chrono::milliseconds bootstrap_delay{0};
  std::size_t watch_history = kDefaultWatchHistory;
  bool aggregate_roles = false;
  bool cluster_label = true;
  std::uint64_t seed = 1;
  std::chrono::milliseconds state_lag{0};
  bool root_admission = false;
};

/// One virtual control plane: its objects, its custom types, the server's informers, and whether its system objects
/// exist yet. Thread safety: every member may be called from any thread.
class Plane {
 public:
  /// Called for each change in a plane, while its store is locked.
  using Observer = std::function<void(Plane&, const Change&)>;

  /// `options` and `informers` must outlive the plane.
  Plane(std::string cluster, const PlanesOptions& options, Observer observer, Informers& informers);

  [[nodiscard]] const std::string& cluster() const noexcept { return cluster_; }
  [[nodiscard]] Store& store() noexcept { return store_; }
  [[nodiscard]] CustomTypes& custom_types() noexcept { return custom_types_; }
  [[nodiscard]] const CustomTypes& custom_types() const noexcept { return custom_types_; }
  [[nodiscard]] Informers& informers() noexcept { return informers_; }

  /// Creates the system objects when they are due. @return whether they exist.
  bool bootstrap_if_due(Clock::time_point now);

 private:
  const std::string cluster_;
  const PlanesOptions& options_;
  const Clock::time_point bootstrap_at_;
  std::once_flag bootstrapped_;
  Informers& informers_;
  CustomTypes custom_types_;  // before the store, which refers to them
  Store store_;
};

/// All planes of a server. They live as long as it does, so references stay valid.
/// Thread safety: every member may be called from any thread.
class Planes {
 public:
  explicit Planes(PlanesOptions options = {}) : options_(std::move(options)) {}

  /// The plane with this ID, created if necessary, with its system objects when they are due.
  [[nodiscard]] Plane& at(const std::string& cluster);
  [[nodiscard]] Plane& root() { return at(options_.root_cluster); }
  [[nodiscard]] bool is_root(const Plane& plane) const { return plane.cluster() == options_.root_cluster; }
  [[nodiscard]] std::size_t size() const;

  /// Ends all watches of all planes.
  void cut_watches() const;
  /// How many watches are open.
  [[nodiscard]] std::size_t watch_count() const;

  /// Called for each change in the root plane, while its store is locked. Set before the first access.
  void observe_root(Store::Observer observer) { root_observer_ = std::move(observer); }
  /// The same for every plane.
  void observe_all(Plane::Observer observer) { observer_ = std::move(observer); }

 private:
  [[nodiscard]] Plane& find_or_make(const std::string& cluster);
  [[nodiscard]] Plane::Observer observer_of(const std::string& cluster) const;

  const PlanesOptions options_;
  Store::Observer root_observer_;
  Plane::Observer observer_;
  Informers informers_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Plane>> planes_;
};

}  // namespace kplane::testing::server
