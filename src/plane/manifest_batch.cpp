// Each plane has one request in flight at a time.
#include "plane/manifest_batch.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "manifest/manifest_run.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_batch.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds default_timeout = std::chrono::minutes{2};

/// What has become of each plane. Thread-safe, as long as no plane is finished twice.
class FinishedPlanes {
 public:
  FinishedPlanes(const std::vector<Plane>& planes, const ManifestProgress& on_progress)
      : planes_(planes), on_progress_(on_progress), results_(planes.size()) {}

  /// Calls the progress function, for one plane at a time, and not again once it has thrown.
  void add(std::size_t index, std::vector<ManifestResult> results) {
    results_[index].emplace(planes_[index], std::move(results));
    if (!on_progress_) return;
    const std::lock_guard lock(mutex_);
    if (std::exchange(has_thrown_, true)) return;
    on_progress_(++done_, planes_.size(), *results_[index]);
    has_thrown_ = false;
  }

  [[nodiscard]] std::vector<ManifestResults> take_all() {
    std::vector<ManifestResults> ordered;
    ordered.reserve(results_.size());
    for (std::optional<ManifestResults>& results : results_) ordered.push_back(std::move(results).value());
    return ordered;
  }

 private:
  const std::vector<Plane>& planes_;
  const ManifestProgress& on_progress_;
  std::vector<std::optional<ManifestResults>> results_;
  std::mutex mutex_;  // guards what follows
  std::size_t done_ = 0;
  bool has_thrown_ = false;
};

/// The part of a batch that runs on one thread.
class ManifestBatch final : public http::BatchHandler {
 public:
  ManifestBatch(const ClientCore& core, const std::vector<Plane>& planes, const ManifestPlan& plan,
                const http::BatchLimits& limits, FinishedPlanes& finished)
      : core_(core), planes_(planes), plan_(plan), limits_(limits), finished_(finished) {}

  http::Request make_request(std::size_t index) override {
    const auto own = deadline_after(core_.clock().now(), plan_.options.timeout.value_or(default_timeout));
    const auto [run, inserted] = runs_.try_emplace(index, PlaneAccess::endpoint(planes_[index]), plan_, limits_.stops,
                                                   std::min(own, limits_.deadline));
    return run->second.first_request();
  }

  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> received) override {
    const auto run = runs_.find(index);
    std::optional<http::FollowUp> next = run->second.take(std::move(received));
    if (next) return next;
    std::vector<ManifestResult> results = run->second.take_results();
    runs_.erase(run);
    finished_.add(index, std::move(results));
    return std::nullopt;
  }

 private:
  const ClientCore& core_;
  const std::vector<Plane>& planes_;
  const ManifestPlan& plan_;
  const http::BatchLimits& limits_;
  FinishedPlanes& finished_;
  std::unordered_map<std::size_t, ManifestRun> runs_;  // those in progress
};

}  // namespace

std::vector<ManifestResults> run_manifests(ClientCore& core, const std::vector<Plane>& planes, const ManifestPlan& plan,
                                           const BatchOptions& batch, const ManifestProgress& on_progress) {
  const http::BatchLimits limits = plane_batch_limits(core, planes, batch, plan.options.stop);
  FinishedPlanes finished(planes, on_progress);
  if (plan.order.empty()) {
    for (std::size_t i = 0; i < planes.size(); ++i) finished.add(i, begin_results(plan).take());
  } else {
    const auto make = [&] { return std::make_unique<ManifestBatch>(core, planes, plan, limits, finished); };
    core.transport().run(batch_handlers(limits, batch.threads, make), limits);
  }
  return finished.take_all();
}

}  // namespace kplane::detail
