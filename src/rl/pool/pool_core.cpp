#include "rl/pool/pool_core.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace kplane::rl::detail {

namespace {

constexpr std::size_t most_connections = 256;

PlanePoolOptions checked(PlanePoolOptions options) {
  if (options.workers < 0) throw ConfigError("PlanePoolOptions::workers must be 0 or more");
  if (options.quiet.count() < 0) throw ConfigError("PlanePoolOptions::quiet must be 0 ms or more");
  if (options.concurrency < 0) throw ConfigError("PlanePoolOptions::concurrency must be 0 or more");
  if (options.score && options.workers == 0) {
    throw ConfigError("PlanePoolOptions::score runs on a worker: PlanePoolOptions::workers must be 1 or more");
  }
  return options;
}

EventLoopOptions loop_options(const PlanePoolOptions& options, std::size_t planes) {
  EventLoopOptions loop;
  loop.concurrency = options.concurrency > 0 ? static_cast<std::size_t>(options.concurrency)
                                             : std::clamp<std::size_t>(planes, 1, most_connections);
  loop.stop = options.stop;
  return loop;
}

SettleOptions settle_options(const PlanePoolOptions& options) {
  SettleOptions settle;
  settle.state = options.state;
  settle.quiet = options.quiet;
  return settle;
}

std::vector<Plane> logged(std::vector<Plane> planes, const WriteLog& log) {
  for (Plane& plane : planes) plane = plane.logged(log);
  return planes;
}

/// Room for so many elements, at a cost that does not grow with their number.
void make_room(Vector<Observation>& observed, std::size_t size) {
  if (observed.capacity() < size) observed.reserve(std::max(size, 2 * observed.capacity()));
}

}  // namespace

PoolCore::PoolCore(const Client& client, std::vector<Plane> planes, PlanePoolOptions options)
    : planes_(logged(std::move(planes), log_)),
      options_(checked(std::move(options))),
      settle_(settle_options(options_)),
      out_of_memory_(std::make_shared<Error>("the pool ran out of memory", false)),
      queues_(planes_.size()),
      loop_(client, loop_options(options_, planes_.size())),
      workers_(static_cast<std::size_t>(options_.workers)) {
  std::unordered_set<std::string_view> clusters;
  for (const Plane& plane : planes_) {
    if (!loop_.takes(plane)) throw ConfigError("plane " + plane.cluster() + " of the pool belongs to another Client");
    if (!clusters.insert(plane.cluster()).second)
      throw ConfigError("plane " + plane.cluster() + " is in the pool twice");
  }
  io_ = start_quiet_thread([this] {
    try {
      loop_.run();
    } catch (...) {
      return;  // the loop has closed itself and ended the work in progress
    }
  });
}

PoolCore::~PoolCore() {
  close();
  io_.join();
  workers_.end();
}

const Plane& PoolCore::plane(std::size_t index) const {
  if (index < planes_.size()) return planes_[index];
  throw ConfigError("there is no plane " + std::to_string(index) + " in this pool: it has " +
                    std::to_string(planes_.size()) + " planes, counted from 0");
}

std::uint64_t PoolCore::send(std::size_t index, std::vector<Request> requests, PlanePool::Function function) {
  static_cast<void>(plane(index));
  auto job = std::make_shared<PoolJob>();
  job->index = index;
  job->requests = std::move(requests);
  job->function = std::move(function);
  job->responses.reserve(job->requests.size());  // what a job ends with needs no memory when it ends
  std::uint64_t number = 0;
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_) throw ConfigError("this PlanePool was closed; it accepts no more sends");
    make_room(observed_, observed_.size() + under_way_ + 1);
    Queue& queue = queues_[index];
    is_first = queue.empty();
    queue.push_back(job);
    number = job->send = ++sends_;
    ++under_way_;
  }
  if (is_first) begin(std::move(job));
  return number;
}

// Iterative, not recursive: after a stop each job of a long queue ends as soon as it begins.
void PoolCore::begin(PoolJobPtr job) {
  while (job && !begins(job)) job = finish(job);
}

// The following functions return whether the job continues elsewhere; otherwise it has ended and has its state. A job
// that continues must not be accessed any more.

bool PoolCore::begins(const PoolJobPtr& job) {
  job->begun = std::chrono::steady_clock::now();
  if (is_stopped(*job)) return ends_as_stopped(*job);
  if (!job->function) return sends_next_request(job);
  try {
    workers_.add([this, job] { run_function(job); });
    return true;
  } catch (const std::bad_alloc&) {
    return ends_with(*job, out_of_memory_);
  }
}

bool PoolCore::sends_next_request(const PoolJobPtr& job) {
  if (job->responses.size() == job->requests.size()) return reads_state(job);
  Request request = std::move(job->requests[job->responses.size()]);
  request.stop = job->stop.token();
  try {
    loop_.send(planes_[job->index], request,
               [this, job](ResponseResult result) { take_response(job, std::move(result)); });
    return true;
  } catch (const Error& error) {
    job->responses.emplace_back(shared(error));
  } catch (const std::bad_alloc&) {
    job->responses.emplace_back(out_of_memory_);
  }
  return reads_state(job);
}

bool PoolCore::reads_state(const PoolJobPtr& job) {
  const Plane& plane = planes_[job->index];
  if (is_stopped(*job)) return ends_as_stopped(*job);
  try {
    SettleOptions options = settle_;
    options.state.stop = job->stop.token();
    loop_.read_settled_state(plane, log_, options,
                             [this, job](StateResult state) { take_state(job, std::move(state)); });
    return true;
  } catch (const Error& error) {
    return ends_with(*job, shared(error));
  } catch (const std::bad_alloc&) {
    return ends_with(*job, out_of_memory_);
  }
}

std::shared_ptr<const Error> PoolCore::shared(const Error& error) const noexcept {
  try {
    return error.share();
  } catch (const std::bad_alloc&) {
    return out_of_memory_;
  }
}

bool PoolCore::ends_as_stopped(PoolJob& job) const {
  try {
    return ends_with(
        job, std::make_shared<StoppedError>("plane " + planes_[job.index].cluster() + ": a stop was requested"));
  } catch (const std::bad_alloc&) {
    return ends_with(job, out_of_memory_);
  }
}

bool PoolCore::ends_with(PoolJob& job, std::shared_ptr<const Error> error) const {
  job.state.emplace(planes_[job.index], std::move(error));
  return false;
}

// Called by the event loop and the workers.

void PoolCore::run_function(const PoolJobPtr& job) {
  if (!is_stopped(*job)) {
    try {
      job->function(planes_[job->index]);
    } catch (...) {
      job->failure = std::current_exception();
    }
  }
  job->function = {};
  if (!reads_state(job)) end(job);
}

void PoolCore::take_response(const PoolJobPtr& job, ResponseResult result) {
  const bool failed = !result;
  job->responses.push_back(std::move(result));
  const bool goes_on = failed ? reads_state(job) : sends_next_request(job);
  if (!goes_on) end(job);
}

void PoolCore::take_state(const PoolJobPtr& job, StateResult state) {
  // Writes that one state has shown need not be checked in the next one.
  if (state) log_.clear(planes_[job->index].cluster());
  job->state.emplace(std::move(state));
  if (!*job->state || !options_.score) return end(job);
  try {
    workers_.add([this, job] { score(job); });
  } catch (const std::bad_alloc&) {
    job->failure = std::current_exception();
    end(job);
  }
}

void PoolCore::score(const PoolJobPtr& job) {
  Observation seen = observation_of(*job);
  try {
    job->score = options_.score(seen);
  } catch (...) {
    if (!seen.failure) seen.failure = std::current_exception();
  }
  job->failure = std::move(seen.failure);
  job->responses = std::move(seen.responses);
  job->state.emplace(std::move(seen.state));
  end(job);
}

void PoolCore::end(const PoolJobPtr& job) { begin(finish(job)); }

/// @return the plane's next job
PoolJobPtr PoolCore::finish(const PoolJobPtr& job) {
  Observation seen = observation_of(*job);
  PoolJobPtr next;
  bool is_enough = false;
  {
    const std::lock_guard lock(mutex_);
    Queue& queue = queues_[job->index];
    queue.pop_front();
    if (!queue.empty()) next = queue.front();
    observed_.push_back(std::move(seen));
    --under_way_;
    is_enough = observed_.size() >= wanted_ || under_way_ == 0;
  }
  if (is_enough) done_.notify_all();
  return next;
}

Observation PoolCore::observation_of(PoolJob& job) const {
  const auto elapsed = std::chrono::steady_clock::now() - job.begun;
  return {job.index,
          job.send,
          std::move(job.state).value(),
          std::move(job.responses),
          job.score,
          std::move(job.failure),
          std::chrono::duration_cast<std::chrono::microseconds>(elapsed)};
}

bool PoolCore::is_stopped(const PoolJob& job) const noexcept {
  return job.stop.stop_requested() || options_.stop.stop_requested();
}

Vector<Observation> PoolCore::recv(std::ptrdiff_t at_least,
                                   std::optional<std::chrono::steady_clock::time_point> deadline) {
  if (at_least < 0) throw ConfigError("PlanePool::recv(): at_least must be 0 or more");
  const auto wanted = static_cast<std::size_t>(at_least);
  std::unique_lock lock(mutex_);
  const auto is_enough = [&] { return observed_.size() >= wanted || under_way_ == 0; };
  while (!is_enough()) {
    wanted_ = wanted_ == 0 ? wanted : std::min(wanted_, wanted);
    if (!deadline) {
      done_.wait(lock);
    } else if (done_.wait_until(lock, *deadline) == std::cv_status::timeout) {
      break;
    }
  }
  wanted_ = 0;
  Vector<Observation> next;
  make_room(next, under_way_);  // for those that are still to come
  return std::exchange(observed_, std::move(next));
}

std::size_t PoolCore::pending() const {
  const std::lock_guard lock(mutex_);
  return under_way_ + observed_.size();
}

void PoolCore::cancel(std::size_t index) {
  static_cast<void>(plane(index));
  const std::lock_guard lock(mutex_);
  stop_jobs(queues_[index]);
}

void PoolCore::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  for (const Queue& queue : queues_) stop_jobs(queue);
}

// Last to first: stopping the job in progress must not start a queued one. All that listens is the event loop, which
// makes a note of it.
void PoolCore::stop_jobs(const Queue& queue) noexcept {
  std::for_each(queue.rbegin(), queue.rend(), [](const PoolJobPtr& job) { job->stop.request_stop(); });
}

void PoolCore::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  cancel();
  loop_.close();
}

}  // namespace kplane::rl::detail
