// Carries out the steps of all waits in one event loop. Each watch has a connection, and a buffer that the loop fills.
#include "plane/wait_batch.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "http/batch.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_batch.hpp"
#include "resource/object_wait.hpp"
#include "session/validation.hpp"

namespace kplane {

WaitResult::WaitResult(Plane plane, std::optional<Object> object)
    : plane_(std::move(plane)), object_(std::move(object)) {}

WaitResult::WaitResult(Plane plane, std::shared_ptr<const Error> error)
    : plane_(std::move(plane)), error_(std::move(error)) {}

const std::optional<Object>& WaitResult::object() const& {
  raise_if_failed();
  return object_;
}

std::optional<Object> WaitResult::object() && {
  raise_if_failed();
  return std::move(object_);
}

const Error& WaitResult::error() const& {
  if (!error_)
    throw std::logic_error("WaitResult::error() of a plane in which the condition held: check the result first");
  return *error_;
}

void WaitResult::raise_if_failed() const {
  if (error_) error_->raise();
}

namespace detail {

namespace {

/// What the watches of the loop tell it.
struct LoopNotices {
  std::vector<std::size_t> received{};   ///< the waits whose watch has received something
  std::vector<std::size_t> cancelled{};  ///< the requests whose response nobody reads any more
};

/// The response of one request, filled by the loop and read by the wait.
class WatchBody final : public http::BodySink {
 public:
  WatchBody(LoopNotices& notices, std::size_t wait, std::size_t index, std::string request_line,
            std::uint64_t most_bytes)
      : notices_(notices),
        wait_(wait),
        index_(index),
        request_line_(std::move(request_line)),
        most_bytes_(most_bytes) {}

  void take_success(const Secrets& secrets) override {
    is_open_ = has_opened_ = true;
    secrets_ = secrets;
    notices_.received.push_back(wait_);
  }

  bool receive(std::string_view piece) override {
    if (is_cancelled_) return true;
    if (buffer_.size() + piece.size() > most_bytes_) return false;
    buffer_.append(piece);
    if (!std::exchange(has_news_, true)) notices_.received.push_back(wait_);
    return true;
  }

  void end(Result<http::Response> result) {
    end_ = std::move(result);
    has_ended_ = true;
  }
  /// There is room for the notice: see WaitBatch::make_request().
  void cancel() noexcept {
    is_cancelled_ = true;
    if (!has_ended_) notices_.cancelled.push_back(index_);
  }

  [[nodiscard]] bool take_opening() noexcept { return std::exchange(has_opened_, false); }
  [[nodiscard]] bool take_news() noexcept { return std::exchange(has_news_, false); }
  [[nodiscard]] bool is_cancelled() const noexcept { return is_cancelled_; }
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  [[nodiscard]] const std::string& request_line() const noexcept { return request_line_; }
  [[nodiscard]] const Secrets& secrets() const noexcept { return secrets_; }
  [[nodiscard]] std::optional<Result<http::Response>> take_end() { return std::exchange(end_, std::nullopt); }

 private:
  LoopNotices& notices_;
  const std::size_t wait_;
  const std::size_t index_;
  const std::string request_line_;
  const std::uint64_t most_bytes_;
  std::string buffer_;
  Secrets secrets_;
  bool is_open_ = false;
  bool has_opened_ = false;
  bool has_news_ = false;
  bool is_cancelled_ = false;
  bool has_ended_ = false;
  std::optional<Result<http::Response>> end_;
};

/// The watch's end of it.
class LoopConnection final : public WatchConnection {
 public:
  explicit LoopConnection(std::shared_ptr<WatchBody> body) noexcept : body_(std::move(body)) {}
  ~LoopConnection() override { body_->cancel(); }
  LoopConnection(const LoopConnection&) = delete;
  LoopConnection& operator=(const LoopConnection&) = delete;

  std::string& buffer() noexcept override { return body_->buffer(); }
  [[nodiscard]] bool is_open() const noexcept override { return body_->is_open(); }
  [[nodiscard]] const std::string& request_line() const noexcept override { return body_->request_line(); }
  [[nodiscard]] Secrets secrets() const override { return body_->secrets(); }

 private:
  const std::shared_ptr<WatchBody> body_;
};

class WaitBatch final : public http::OpenBatchHandler {
 public:
  WaitBatch(ClientCore& core, const std::vector<Plane>& planes, const WaitGoal& goal, const StopToken& stop,
            const WaitFunction& on_result)
      : core_(core),
        planes_(planes),
        on_result_(on_result),
        deadline_(goal.deadline),
        left_(planes.size()),
        results_(planes.size()) {
    waits_.reserve(planes.size());
    for (const Plane& plane : planes) {
      waits_.push_back(std::make_unique<Wait>(PlaneAccess::endpoint(plane), goal, stop));
    }
  }

  void begin() {
    for (std::size_t i = 0; i < waits_.size(); ++i) advance(i);
  }

  /// After a stop: those that were in backoff.
  void end() {
    for (std::size_t i = 0; i < waits_.size(); ++i) {
      if (!waits_[i]) continue;
      waits_[i]->asked.reset();
      advance(i);
    }
  }

  [[nodiscard]] std::vector<WaitResult> take_results() {
    std::vector<WaitResult> ordered;
    ordered.reserve(results_.size());
    for (std::optional<WaitResult>& result : results_) ordered.push_back(std::move(result).value());
    return ordered;
  }

  http::Request make_request(std::size_t index) override {
    Sent& sent = sent_.at(index);
    http::Request request = std::move(sent.request);
    if (!sent.is_watch) return with_own_time(std::move(request));
    Wait& wait = *waits_[sent.wait];
    // A destructor gives notice of the end of a watch, and cannot fail.
    if (notices_.cancelled.capacity() < sent_.size()) notices_.cancelled.reserve(2 * sent_.size());
    constexpr std::uint64_t most_unread = std::uint64_t{128} * 1024 * 1024;
    sent.body = std::make_shared<WatchBody>(notices_, sent.wait, index, http::request_line(request),
                                            std::min(most_unread, core_.options().max_response_bytes));
    request.body_sink = sent.body.get();
    request.max_attempts = 1;  // only the wait knows where to resume
    wait.unsent.reset();
    wait.body = sent.body;
    wait.steps.steps().take_connection(std::make_unique<LoopConnection>(sent.body));
    notices_.received.push_back(sent.wait);  // to find out how long it may be silent
    return request;
  }

  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> result) override {
    const auto found = sent_.find(index);
    const Sent sent = std::move(found->second);
    sent_.erase(found);
    if (sent.body && sent.body->is_cancelled()) return std::nullopt;
    if (sent.body) {
      sent.body->end(std::move(result));
    } else {
      Wait& wait = *waits_[sent.wait];
      wait.asked.reset();
      wait.steps.steps().take_answer(std::move(result));
    }
    advance(sent.wait);
    return std::nullopt;
  }

  std::optional<std::size_t> next_arrival() override {
    if (!has_arrivals()) return std::nullopt;
    const std::size_t index = arrivals_.front();
    arrivals_.pop_front();
    return index;
  }

  // Some were given up before there was a slot for them.
  bool has_arrivals() override {
    while (!arrivals_.empty() && sent_.count(arrivals_.front()) == 0) arrivals_.pop_front();
    return !arrivals_.empty();
  }

  bool stays_open() override { return left_ > 0; }

  bool work() override {
    const std::vector<std::size_t> received = std::exchange(notices_.received, {});
    for (const std::size_t wait : received) advance(wait);
    const bool has_worked = !received.empty();
    return work_on_time() || has_worked;
  }

  TimePoint next_work() override { return notices_.received.empty() ? next_work_ : TimePoint::min(); }

  std::vector<std::size_t> take_cancelled() override {
    std::vector<std::size_t> cancelled = notices_.cancelled;
    notices_.cancelled.clear();  // keeps its room
    return cancelled;
  }
  void forget(std::size_t index) override { sent_.erase(index); }

 private:
  struct Wait {
    Wait(const PlaneEndpoint& endpoint, const WaitGoal& goal, const StopToken& stop) : steps(endpoint, goal, stop) {}

    ObjectWait steps;
    std::shared_ptr<WatchBody> body{};    // of the watch that it reads; nullptr: none
    std::optional<std::size_t> asked{};   // the request whose answer comes first
    std::optional<std::size_t> unsent{};  // the watch that has no slot yet
    TimePoint at = TimePoint::max();      // when to go on at the latest
  };
  struct Sent {
    std::size_t wait;
    http::Request request;
    bool is_watch;
    std::shared_ptr<WatchBody> body{};
  };

  /// Its time does not begin until there is a slot for it, except that of a last look, which ends soon after the time.
  [[nodiscard]] http::Request with_own_time(http::Request request) const {
    if (core_.clock().now() < deadline_) request.deadline = std::min(core_.deadline(), deadline_);
    return request;
  }

  /// Goes on with a wait for which something has arrived, or whose time has come.
  void advance(std::size_t index) {
    if (!waits_[index]) return;
    Wait& wait = *waits_[index];
    if (wait.asked) return;
    if (wait.unsent) sent_.erase(*std::exchange(wait.unsent, std::nullopt));
    read(wait);
    std::optional<WatchStep> step = wait.steps.next();
    if (wait.body && wait.body->is_cancelled()) wait.body.reset();
    if (!step) return finish(index);
    if (step->request) return send(index, *std::move(step));
    plan(wait, *step);
  }

  static void read(Wait& wait) {
    if (!wait.body) return;
    const std::shared_ptr<WatchBody> body = wait.body;
    WatchSteps& steps = wait.steps.steps();
    const bool has_opened = body->take_opening();
    const bool has_news = body->take_news();
    if (auto end = body->take_end()) {
      wait.body.reset();
      steps.take_end(*std::move(end));
    } else if (has_news) {
      steps.take_bytes();
    } else if (has_opened) {
      steps.take_opened();
    } else {
      steps.take_silence();
    }
    if (body->is_cancelled()) wait.body.reset();
  }

  void send(std::size_t index, WatchStep step) {
    Wait& wait = *waits_[index];
    const bool is_watch = step.kind == WatchStep::Kind::open;
    (is_watch ? wait.unsent : wait.asked) = made_;
    sent_.emplace(made_, Sent{index, *std::move(step.request), is_watch});
    arrivals_.push_back(made_++);
    step.at = is_watch ? deadline_ : TimePoint::max();  // an answer has its own deadline
    plan(wait, step);
  }

  void plan(Wait& wait, const WatchStep& step) {
    wait.at = step.at;
    next_work_ = std::min(next_work_, wait.at);
  }

  bool work_on_time() {
    const TimePoint now = core_.clock().now();
    if (now < next_work_) return false;
    next_work_ = TimePoint::max();
    for (std::size_t i = 0; i < waits_.size(); ++i) {
      if (waits_[i] && waits_[i]->at <= now) advance(i);
      if (waits_[i]) next_work_ = std::min(next_work_, waits_[i]->at);
    }
    return true;
  }

  void finish(std::size_t index) {
    Result<std::optional<Object>> result = waits_[index]->steps.take_result();
    waits_[index].reset();
    --left_;
    if (result.ok()) {
      results_[index].emplace(planes_[index], std::move(result).value());
    } else {
      results_[index].emplace(planes_[index], result.error());
    }
    if (on_result_) on_result_(*results_[index]);
  }

  ClientCore& core_;
  const std::vector<Plane>& planes_;
  const WaitFunction& on_result_;
  const TimePoint deadline_;
  LoopNotices notices_;
  std::unordered_map<std::size_t, Sent> sent_;  // and those to be sent
  std::deque<std::size_t> arrivals_;
  std::size_t made_ = 0;
  TimePoint next_work_ = TimePoint::max();
  std::size_t left_;
  std::vector<std::unique_ptr<Wait>> waits_;  // nullptr: over
  std::vector<std::optional<WaitResult>> results_;
};

}  // namespace

std::vector<WaitResult> wait_for(ClientCore& core, const std::vector<Plane>& planes, const WaitOrder& order,
                                 const BatchOptions& batch, const WaitFunction& on_result) {
  const WaitTarget& target = order.target;
  ResourcePath path = make_resource_path(target.api_version, target.plural);
  if (!target.ns.empty()) check_namespace(target.ns);
  path.ns = target.ns;
  static_cast<void>(object_path(path, target.name));  // throws for an invalid name
  http::BatchLimits limits = plane_batch_limits(core, planes, batch, {});
  limits.deadline = TimePoint::max();  // each wait looks once more after its own
  limits.most_streams = planes.size();
  const auto longest = std::min(order.timeout, batch.timeout.value_or(order.timeout));
  const WaitGoal goal{path, target.name, order.condition, longest, deadline_after(core.clock().now(), longest)};
  WaitBatch handler(core, planes, goal, batch.stop, on_result);
  handler.begin();
  core.transport().run(handler, limits);
  handler.end();
  return handler.take_results();
}

}  // namespace detail

}  // namespace kplane
