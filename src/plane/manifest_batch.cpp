// Each plane has one request in flight at a time.
#include "plane/manifest_batch.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "manifest/manifest_run.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_batch.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds default_timeout = std::chrono::minutes{2};

class ManifestBatch final : public http::BatchHandler {
 public:
  ManifestBatch(const ClientCore& core, const std::vector<Plane>& planes, const ManifestPlan& plan,
                const http::BatchLimits& limits, const ManifestProgress& on_progress)
      : core_(core),
        planes_(planes),
        plan_(plan),
        limits_(limits),
        on_progress_(on_progress),
        results_(planes.size()) {}

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
    finish(index, std::move(results));
    return std::nullopt;
  }

  void finish(std::size_t index, std::vector<ManifestResult> results) {
    results_[index].emplace(planes_[index], std::move(results));
    ++done_;
    if (on_progress_) on_progress_(done_, planes_.size(), *results_[index]);
  }

  [[nodiscard]] std::vector<ManifestResults> take_all() {
    std::vector<ManifestResults> ordered;
    ordered.reserve(results_.size());
    for (std::optional<ManifestResults>& results : results_) ordered.push_back(std::move(results).value());
    return ordered;
  }

 private:
  const ClientCore& core_;
  const std::vector<Plane>& planes_;
  const ManifestPlan& plan_;
  const http::BatchLimits& limits_;
  const ManifestProgress& on_progress_;
  std::unordered_map<std::size_t, ManifestRun> runs_;  // those in progress
  std::vector<std::optional<ManifestResults>> results_;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<ManifestResults> run_manifests(ClientCore& core, const std::vector<Plane>& planes, const ManifestPlan& plan,
                                           const BatchOptions& batch, const ManifestProgress& on_progress) {
  const http::BatchLimits limits = plane_batch_limits(core, planes, batch, plan.options.stop);
  ManifestBatch handler(core, planes, plan, limits, on_progress);
  if (plan.order.empty()) {
    for (std::size_t i = 0; i < planes.size(); ++i) handler.finish(i, begin_results(plan).take());
  } else {
    core.transport().run(handler, limits);
  }
  return handler.take_all();
}

}  // namespace kplane::detail
