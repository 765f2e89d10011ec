#include "plane/state_batch.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "plane/plane_access.hpp"
#include "plane/plane_batch.hpp"
#include "state/settled_read.hpp"

namespace kplane {

StateResult::StateResult(Plane plane, Snapshot snapshot) : plane_(std::move(plane)), snapshot_(std::move(snapshot)) {}

StateResult::StateResult(Plane plane, std::shared_ptr<const Error> error)
    : plane_(std::move(plane)), error_(std::move(error)) {}

Plane StateResult::plane() && { return std::move(plane_); }
std::string StateResult::cluster() && { return plane_.cluster(); }

StateResult::StateResult(StateResult&& other) noexcept
    : plane_(std::move(other.plane_)),
      snapshot_(std::move(other.snapshot_)),
      error_(other.error_),
      is_taken_(std::exchange(other.is_taken_, true)) {}

StateResult& StateResult::operator=(StateResult&& other) noexcept {
  if (this == &other) return *this;
  plane_ = std::move(other.plane_);
  snapshot_ = std::move(other.snapshot_);
  error_ = other.error_;
  is_taken_ = std::exchange(other.is_taken_, true);
  return *this;
}

void StateResult::check_snapshot() const {
  if (error_) error_->raise();
  if (is_taken_) throw std::logic_error("StateResult: the snapshot of this result was moved out");
}

const Snapshot& StateResult::operator*() const& {
  check_snapshot();
  return snapshot_;
}

Snapshot StateResult::operator*() && {
  check_snapshot();
  is_taken_ = true;
  return std::move(snapshot_);
}

const Error& StateResult::error() const& {
  if (!error_) throw std::logic_error("StateResult::error() of a result without an error: check the result first");
  return *error_;
}

namespace detail {

namespace {

using Sink = std::function<void(std::size_t, StateResult)>;

class StateBatch final : public http::BatchHandler {
 public:
  /// All arguments must outlive the batch. `sink` is called by each thread of it.
  StateBatch(const std::vector<Plane>& planes, const SettlePlan& plan, std::chrono::milliseconds timeout,
             const Sink& sink)
      : planes_(planes), plan_(plan), timeout_(timeout), sink_(sink) {}

  http::Request make_request(std::size_t index) override {
    const PlaneEndpoint& endpoint = PlaneAccess::endpoint(planes_[index]);
    const auto [read, inserted] =
        reads_.emplace(index, SettledRead(endpoint, plan_, endpoint.core->deadline(timeout_)));
    return read->second.first_request();
  }

  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> received) override {
    const auto read = reads_.find(index);
    if (auto next = read->second.take(std::move(received))) return next;
    Result<Snapshot> result = read->second.take_result();
    reads_.erase(read);
    if (result.ok()) {
      sink_(index, StateResult(planes_[index], std::move(result).value()));
    } else {
      sink_(index, StateResult(planes_[index], result.error()));
    }
    return std::nullopt;
  }

 private:
  const std::vector<Plane>& planes_;
  const SettlePlan& plan_;
  const std::chrono::milliseconds timeout_;
  const Sink& sink_;
  std::unordered_map<std::size_t, SettledRead> reads_;  // those in progress
};

/// One small read before many, so that not every one of them requests all informers. If it fails, they do.
void warm_up(ClientCore& core, const Plane& plane, std::chrono::milliseconds timeout, http::BatchLimits limits) {
  constexpr std::chrono::milliseconds longest{2'000};
  StateOptions small;
  small.resources = {"namespaces"};
  const std::vector<Plane> one{plane};
  const Sink ignore = [](std::size_t, const StateResult&) {};  // the next request will meet the same error
  small.warm = true;
  const SettlePlan plan = settle_plan(small);
  StateBatch handler(one, plan, std::min(longest, timeout), ignore);
  limits.count = 1;
  core.transport().run(handler, limits);
}

}  // namespace

namespace {

void read_all(ClientCore& core, const std::vector<Plane>& planes, const SettlePlan& plan, const StateOptions& options,
              const BatchOptions& batch, const Sink& fn) {
  const http::BatchLimits limits = plane_batch_limits(core, planes, batch, options.stop);
  const auto timeout = options.timeout.value_or(core.options().request_timeout);
  if (plan.warm && planes.size() > 1 && !core.warm().is_warm()) warm_up(core, planes.front(), timeout, limits);
  core.transport().run(
      batch_handlers(limits, batch.threads, [&] { return std::make_unique<StateBatch>(planes, plan, timeout, fn); }),
      limits);
}

std::vector<StateResult> in_order(ClientCore& core, const std::vector<Plane>& planes, const SettlePlan& plan,
                                  const StateOptions& options, const BatchOptions& batch) {
  std::vector<std::optional<StateResult>> found(planes.size());
  read_all(core, planes, plan, options, batch,
           [&found](std::size_t index, StateResult result) { found[index].emplace(std::move(result)); });
  std::vector<StateResult> ordered;
  ordered.reserve(found.size());
  for (std::optional<StateResult>& result : found) ordered.push_back(std::move(result).value());
  return ordered;
}

}  // namespace

void for_each_state(ClientCore& core, const std::vector<Plane>& planes, const StateOptions& options,
                    const BatchOptions& batch, const Sink& fn) {
  read_all(core, planes, settle_plan(options), options, batch, fn);
}

std::vector<StateResult> states(ClientCore& core, const std::vector<Plane>& planes, const StateOptions& options,
                                const BatchOptions& batch) {
  return in_order(core, planes, settle_plan(options), options, batch);
}

std::vector<StateResult> settled_states(ClientCore& core, const std::vector<Plane>& planes, const WriteLog& log,
                                        const SettleOptions& options, const BatchOptions& batch) {
  const SettlePlan plan = settle_plan(options, WriteLogAccess::objects(log));
  return in_order(core, planes, plan, options.state, batch);
}

}  // namespace detail

}  // namespace kplane
