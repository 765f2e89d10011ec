#include "plane/restore_batch.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "plane/plane_access.hpp"
#include "plane/plane_batch.hpp"
#include "resource/type_search.hpp"
#include "session/validation.hpp"

namespace kplane {

RestoreResult::RestoreResult(Plane plane, Vector<Change> undone, std::shared_ptr<const Error> error)
    : plane_(std::move(plane)),
      undone_(std::make_shared<const Vector<Change>>(std::move(undone))),
      error_(std::move(error)) {}

const Error& RestoreResult::error() const& {
  if (!error_) throw std::logic_error("RestoreResult::error() of a plane that was restored: check the result first");
  return *error_;
}

void RestoreResult::raise_if_failed() const {
  if (error_) error_->raise();
}

namespace detail {

namespace {

constexpr Milliseconds default_restore_timeout = std::chrono::minutes{2};

using RunEnds = std::vector<std::optional<RunEnd>>;

/// Each plane can have several requests in flight. The batch numbers all of them; each run numbers its own.
class RestoreBatch final : public http::BatchHandler {
 public:
  /// @param ends one for each plane, of which this sets those of the planes that it is given
  RestoreBatch(const ClientCore& core, const std::vector<Plane>& planes, const RunPlan& plan,
               const http::BatchLimits& limits, RunEnds& ends)
      : core_(core), planes_(planes), plan_(plan), limits_(limits), ends_(ends), next_index_(planes.size()) {}

  http::Request make_request(std::size_t index) override {
    const auto own = deadline_after(core_.clock().now(), plan_.options.timeout.value_or(default_restore_timeout));
    auto run = std::make_unique<PlaneRun>(PlaneAccess::endpoint(planes_[index]), plan_, limits_.stops,
                                          std::min(own, limits_.deadline));
    PlaneRun::Requests requests = run->begin();
    runs_.emplace(index, std::move(run));
    return send(index, index, std::move(requests))->request;
  }

  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> received) override {
    const auto [plane, number] = asked_.at(index);
    asked_.erase(index);
    PlaneRun& run = *runs_.at(plane);
    auto next = send(plane, index, run.take(number, std::move(received)));
    if (!run.is_over()) return next;
    ends_[plane] = run.take_end();
    runs_.erase(plane);
    return std::nullopt;
  }

  std::vector<http::AddedRequest> take_added() override { return std::exchange(added_, {}); }

 private:
  struct Asked {
    std::size_t plane;
    std::size_t number;  // within the plane's run
  };

  /// The first request reuses `index`, whose previous request has ended; the others get new ones.
  [[nodiscard]] std::optional<http::FollowUp> send(std::size_t plane, std::size_t index, PlaneRun::Requests requests) {
    std::optional<http::FollowUp> first;
    for (http::AddedRequest& request : requests) {
      const std::size_t own = first ? next_index_++ : index;
      asked_.emplace(own, Asked{plane, request.index});
      if (first) {
        added_.push_back({own, std::move(request.what)});
      } else {
        first = std::move(request.what);
      }
    }
    return first;
  }

  const ClientCore& core_;
  const std::vector<Plane>& planes_;
  const RunPlan& plan_;
  const http::BatchLimits& limits_;
  std::unordered_map<std::size_t, std::unique_ptr<PlaneRun>> runs_;  // those in progress
  std::unordered_map<std::size_t, Asked> asked_;
  std::vector<http::AddedRequest> added_;
  RunEnds& ends_;
  std::size_t next_index_;
};

Vector<RestoreResult> results_of(const std::vector<Plane>& planes, std::vector<RunEnd> ends) {
  Vector<RestoreResult> results;
  results.reserve(ends.size());
  for (std::size_t i = 0; i < ends.size(); ++i) {
    results.emplace_back(planes[i], std::move(ends[i].undone), std::move(ends[i].error));
  }
  return results;
}

RestoreOptions look_options(std::chrono::milliseconds quiet, std::optional<std::chrono::milliseconds> timeout,
                            StopToken stop) {
  RestoreOptions options;
  options.quiet = quiet;
  options.timeout = timeout;
  options.stop = std::move(stop);
  return options;
}

std::chrono::milliseconds timeout_of(const std::optional<std::chrono::milliseconds>& timeout) noexcept {
  return timeout.value_or(default_restore_timeout);
}

RunEnd look_at(const Plane& plane, const PristineState& pristine, const RestoreOptions& options) {
  ClientCore& core = *PlaneAccess::endpoint(plane).core;
  RunEnd end = std::move(run_planes(core, {plane}, {RunGoal::look, pristine, options}, {}).front());
  if (end.error) end.error->raise();
  return end;
}

}  // namespace

std::vector<RunEnd> run_planes(ClientCore& core, const std::vector<Plane>& planes, const RunPlan& plan,
                               const BatchOptions& batch) {
  if (plan.options.quiet.count() < 0) throw ConfigError("RestoreOptions::quiet must be 0 ms or more");
  const http::BatchLimits limits = plane_batch_limits(core, planes, batch, plan.options.stop);
  RunEnds ends(planes.size());
  const auto make = [&] { return std::make_unique<RestoreBatch>(core, planes, plan, limits, ends); };
  core.transport().run(batch_handlers(limits, batch.threads, make), limits);
  std::vector<RunEnd> ordered;
  ordered.reserve(ends.size());
  for (std::optional<RunEnd>& end : ends) ordered.push_back(std::move(end).value());
  return ordered;
}

Baseline take_baseline(const Plane& plane, const BaselineOptions& options) {
  const PlaneEndpoint& endpoint = PlaneAccess::endpoint(plane);
  check_listed_types(options.listed_types);
  BaselineParts parts;
  parts.ignored = options.ignored;
  const TimePoint deadline = deadline_after(endpoint.core->clock().now(), timeout_of(options.timeout));
  parts.types = *built_in_types(endpoint, options.stop, deadline);
  parts.listed_types = options.listed_types;
  const PristineState wanted(std::make_shared<const BaselineParts>(parts));
  const Milliseconds left = until(deadline, endpoint.core->clock().now());
  parts.state = *look_at(plane, wanted, look_options(options.quiet, left, options.stop)).state;
  for (codec::ServedType& type : custom_types(parts.state)) {
    parts.listed_types.push_back({type.api_version, type.plural});
    parts.types.push_back(std::move(type));
  }
  parts.digest = digest(parts.state, parts.ignored);
  parts.server_version = endpoint.core->server_facts().version();
  return BaselineAccess::make(std::move(parts));
}

Vector<RestoreResult> restore_planes(ClientCore& core, const std::vector<Plane>& planes, const Baseline& baseline,
                                     const RestoreOptions& options, const BatchOptions& batch) {
  check_field_manager(options.field_manager);
  const PristineState pristine(BaselineAccess::parts(baseline));
  return results_of(planes, run_planes(core, planes, {RunGoal::restore, pristine, options}, batch));
}

Vector<RestoreResult> purge_planes(ClientCore& core, const std::vector<Plane>& planes, const PurgeOptions& options,
                                   const BatchOptions& batch) {
  if (planes.empty()) return {};
  const TimePoint whole = plane_batch_limits(core, planes, batch, options.stop).deadline;
  const TimePoint own = deadline_after(core.clock().now(), timeout_of(options.timeout));
  const PristineState fresh(built_in_types(PlaneAccess::endpoint(planes.front()), options.stop, std::min(own, whole)));
  PurgeOptions left = options;
  left.timeout = until(own, core.clock().now());
  BatchOptions left_of_batch = batch;
  if (batch.timeout) left_of_batch.timeout = until(whole, core.clock().now());
  return results_of(planes, run_planes(core, planes, {RunGoal::restore, fresh, left}, left_of_batch));
}

void verify_pristine(const Plane& plane, const Baseline& baseline, const GetOptions& options) {
  const PristineState wanted(BaselineAccess::parts(baseline));
  const RunEnd end = look_at(plane, wanted, look_options({}, options.timeout, options.stop));
  Vector<Change> changes = wanted.changes(*end.state);
  if (changes.empty()) return;
  const std::string text = "plane " + plane.cluster() + " differs from its baseline: " + describe(changes);
  throw NotPristine(text, std::move(changes));
}

}  // namespace detail

}  // namespace kplane
