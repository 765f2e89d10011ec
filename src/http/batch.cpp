// The event loop: start transfers while there are free slots, let libcurl work, collect finished ones, set stalled ones
// aside, wait for sockets or the end of the next backoff.
#include "http/batch.hpp"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "curl/connection.hpp"

namespace kplane::http {

namespace {

constexpr std::size_t most_waiting_per_slot = 16;  // so that a failing server does not make memory grow with the batch
constexpr Milliseconds idle_wait{1'000};
constexpr std::chrono::microseconds longest_round{200};
constexpr Milliseconds grace{20};  // for libcurl to end a transfer whose time is up

template <class Waiting>
bool is_later(const Waiting& a, const Waiting& b) noexcept {
  return a.at > b.at;
}

std::uint64_t received_bytes(CURL* handle) noexcept {
  curl_off_t body = 0;
  long headers = 0;
  curl_easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &body);
  curl_easy_getinfo(handle, CURLINFO_HEADER_SIZE, &headers);
  return static_cast<std::uint64_t>(body) + static_cast<std::uint64_t>(headers);
}

/// Makes the batch see a stop.
class WakeOnStop final : public detail::StopListener {
 public:
  explicit WakeOnStop(const BatchConnections& connections) : connections_(connections) {}
  void on_stop() noexcept override { connections_.wake(); }

 private:
  const BatchConnections& connections_;
};

std::chrono::microseconds duration(CURL* handle) noexcept {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &microseconds);
  return std::chrono::microseconds{microseconds};
}

}  // namespace

void BatchConnections::wake() const noexcept { multi->wake(); }

std::optional<std::size_t> BatchQueue::take(bool from_end) noexcept {
  std::size_t left = left_.load(std::memory_order_relaxed);
  do {
    if (left == 0) return std::nullopt;
  } while (!left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed));
  if (from_end) return count_ - 1 - taken_from_end_.fetch_add(1, std::memory_order_relaxed);
  return taken_from_front_.fetch_add(1, std::memory_order_relaxed);
}

void BatchQueue::abort(std::exception_ptr why) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (!why_) why_ = std::move(why);
  }
  left_.store(0, std::memory_order_relaxed);
  aborted_.request_stop();
}

void BatchQueue::rethrow() const {
  if (why_) std::rethrow_exception(why_);
}

BatchLimits BatchLimits::share(std::size_t thread, std::size_t threads) const noexcept {
  BatchLimits part = *this;
  part.concurrency = std::max<std::size_t>(1, concurrency / threads + (thread < concurrency % threads ? 1 : 0));
  part.most_stalled = most_stalled / threads + (thread < most_stalled % threads ? 1 : 0);
  return part;
}

Batch::Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler, BatchQueue& queue,
             const BatchLimits& limits)
    : Batch(options, connections, handler, nullptr, &queue, limits) {}

Batch::Batch(const TransportOptions& options, BatchConnections& connections, OpenBatchHandler& handler,
             const BatchLimits& limits)
    : Batch(options, connections, handler, &handler, nullptr, limits) {}

Batch::Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler,
             OpenBatchHandler* open, BatchQueue* queue, const BatchLimits& limits)
    : options_(options),
      connections_(connections),
      handler_(handler),
      open_(open),
      queue_(queue),
      limits_(limits),
      limiter_(limits.concurrency, now(), limits.most_stalled) {
  // Without this, libcurl would close the connections when the batch's last handle is removed, and the next batch would
  // start cold. The limit includes connections in use: with a lower one, those of silent transfers would evict the idle
  // ones.
  const std::size_t most_connections = limiter_.most_in_flight() + limits_.most_streams;
  curl::check(curl_multi_setopt(connections_.multi->get(), CURLMOPT_MAXCONNECTS, static_cast<long>(most_connections)));
}

Batch::~Batch() {
  for (auto& [handle, flight] : in_flight_) curl_multi_remove_handle(connections_.multi->get(), handle);
}

void Batch::run() {
  WakeOnStop waker(connections_);
  const detail::StopListening listening(limits_.stops, waker);
  for (;;) {
    if (is_aborted()) return;
    if (limits_.stops.stop_requested()) return stop_all();
    if (open_ != nullptr && open_->take_stop_notice()) end_stopped();
    drop_cancelled();
    start_what_fits();
    if (is_done()) return;
    // Before each result is delivered, so that the time spent in a handler does not make the other transfers time out.
    connections_.multi->perform();
    if (collect()) continue;
    if (open_ != nullptr && open_->work()) continue;
    if (release_streams()) continue;
    // Only now: as long as there is something to collect, this thread is the bottleneck, not the slots.
    if (release_stalled()) continue;
    if (end_overdue()) continue;
    connections_.multi->wait(longest_wait());
  }
}

bool Batch::has_more() const {
  if (!waiting_.empty()) return true;
  return open_ != nullptr ? open_->has_arrivals() : !queue_->empty();
}

bool Batch::is_done() const { return in_flight_.empty() && !has_more() && (open_ == nullptr || !open_->stays_open()); }

// While the credentials of one request are being obtained, for example by a plugin that takes seconds, transfers in
// flight make progress. An exception is kept until launch() can throw it.
void Batch::work(Milliseconds longest) noexcept {
  if (failure_) return std::this_thread::sleep_for(longest);
  try {
    const TimePoint end = deadline_after(now(), longest);
    do {
      connections_.multi->perform();
    } while (collect_one() && now() < end && !limits_.stops.stop_requested());
  } catch (...) {
    failure_ = std::current_exception();
    return;
  }
  connections_.multi->wait(longest);
}

void Batch::start_what_fits() {
  while (limiter_.has_free() && !limits_.stops.stop_requested()) {
    std::unique_ptr<Job> job = due_job();
    if (!job) job = next_job();
    if (!job) return;
    if (now() < job->attempts.deadline()) {
      launch(std::move(job));
    } else {
      auto result = job->attempts.overdue();
      give_up(std::move(job), std::move(result));
    }
  }
}

std::unique_ptr<Batch::Job> Batch::due_job() {
  if (waiting_.empty() || waiting_.front().at > now()) return nullptr;
  std::pop_heap(waiting_.begin(), waiting_.end(), is_later<Waiting>);
  std::unique_ptr<Job> job = std::move(waiting_.back().job);
  waiting_.pop_back();
  return job;
}

std::unique_ptr<Batch::Job> Batch::next_job() {
  if (open_ != nullptr) {
    const std::optional<std::size_t> index = open_->next_arrival();
    return index ? make_job(*index, handler_.make_request(*index)) : nullptr;
  }
  if (waiting_.size() / most_waiting_per_slot >= limits_.concurrency) return nullptr;
  const std::optional<std::size_t> index = queue_->take(from_end_);
  if (!index) return nullptr;
  std::unique_ptr<Job> job = make_job(*index, handler_.make_request(*index));
  add_requests();
  return job;
}

void Batch::add_requests() {
  for (AddedRequest& added : handler_.take_added()) {
    wait(make_job(added.index, std::move(added.what.request)), std::max(added.what.at, now()));
  }
}

std::unique_ptr<Batch::Job> Batch::make_job(std::size_t index, Request request) const {
  request.deadline = std::min(request.deadline, limits_.deadline);
  return std::make_unique<Job>(index, options_, std::move(request));
}

void Batch::launch(std::unique_ptr<Job> job) {
  if (open_ != nullptr && job->attempts.stops().stop_requested()) {
    auto error = job->attempts.stopped();
    return give_up(std::move(job), std::move(error));
  }
  auto error = job->attempts.identify(limits_.stops, this);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (error) return give_up(std::move(job), std::move(error));
  curl::EasyHandle handle;
  if (connections_.idle.empty()) {
    handle = curl::make_easy();
  } else {
    handle = std::move(connections_.idle.back());
    connections_.idle.pop_back();
  }
  try {
    job->attempts.begin(handle.get(), limits_.stops);
  } catch (const Error& failure) {
    return give_up(std::move(job), failure.share());
  }
  CURL* key = handle.get();
  const auto [flight, inserted] = in_flight_.emplace(key, Flight{std::move(job), std::move(handle)});
  const CURLMcode code = curl_multi_add_handle(connections_.multi->get(), key);
  if (code != CURLM_OK) in_flight_.erase(flight);
  curl::check(code);
  limiter_.add(flight->second.progress);
  if (flight->second.job->attempts.is_stream()) {
    opening_.push_back(key);
  } else {
    next_overdue_ = std::min(next_overdue_, flight->second.job->attempts.deadline());
  }
}

// As long as results are delivered quickly, the sockets are not looked at again, and the requests that follow go out
// together: a server that sleeps is woken once for all of them.
bool Batch::collect() {
  if (!collect_one()) return false;
  const TimePoint end = now() + longest_round;
  while ((open_ != nullptr || now() < end) && collect_one()) continue;
  return true;
}

// Takes one finished transfer; its slot is free before its result is delivered.
bool Batch::collect_one() {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(connections_.multi->get(), &left);
  if (message == nullptr) return false;
  if (message->msg != CURLMSG_DONE) return true;
  const CURLcode code = message->data.result;
  conclude(land(message->easy_handle), code);
  return true;
}

void Batch::conclude(Flight flight, CURLcode code) {
  if (code == CURLE_OK && flight.is_counted) limiter_.answered(flight.progress, duration(flight.handle.get()));

  const std::optional<TimePoint> next = flight.job->attempts.finish(code);
  if (code == CURLE_OK && curl::is_easy_reusable() && connections_.idle.size() < limits_.concurrency)
    connections_.idle.push_back(std::move(flight.handle));
  if (next) {
    wait(std::move(flight.job), *next);
  } else {
    Result<Response> result = flight.job->attempts.take_result();
    settle(std::move(flight.job), std::move(result));
  }
}

// libcurl's timers may get lost: of two that end within the same millisecond, it forgets the second one. Whoever drives
// it by its timers, rather than by visiting all transfers, never comes to the time limit then.
bool Batch::end_overdue() {
  const TimePoint limit = now() - grace;
  if (next_overdue_ > limit) return false;
  next_overdue_ = TimePoint::max();
  std::vector<CURL*> overdue;
  for (const auto& [handle, flight] : in_flight_) {
    if (flight.job->attempts.is_stream()) continue;
    const TimePoint deadline = flight.job->attempts.deadline();
    if (deadline <= limit) {
      overdue.push_back(handle);
    } else {
      next_overdue_ = std::min(next_overdue_, deadline);
    }
  }
  for (CURL* handle : overdue) conclude(land(handle), CURLE_OPERATION_TIMEDOUT);
  return !overdue.empty();
}

Batch::Flight Batch::land(CURL* handle) {
  const auto found = in_flight_.find(handle);
  curl::check(curl_multi_remove_handle(connections_.multi->get(), handle));
  Flight flight = std::move(found->second);
  in_flight_.erase(found);
  if (flight.is_counted) limiter_.remove(flight.progress);
  if (flight.job->attempts.is_stream())
    opening_.erase(std::remove(opening_.begin(), opening_.end(), handle), opening_.end());
  return flight;
}

void Batch::drop_cancelled() {
  if (open_ == nullptr) return;
  std::vector<std::size_t> cancelled = open_->take_cancelled();
  if (cancelled.empty()) return;
  std::sort(cancelled.begin(), cancelled.end());
  const auto is_cancelled = [&](const Job& job) {
    return std::binary_search(cancelled.begin(), cancelled.end(), job.index);
  };
  std::vector<CURL*> in_flight;
  for (const auto& [handle, flight] : in_flight_) {
    if (is_cancelled(*flight.job)) in_flight.push_back(handle);
  }
  for (CURL* handle : in_flight) static_cast<void>(land(handle));
  const auto dropped = [&](const Waiting& one) { return is_cancelled(*one.job); };
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), dropped), waiting_.end());
  std::make_heap(waiting_.begin(), waiting_.end(), is_later<Waiting>);
  for (const std::size_t index : cancelled) open_->forget(index);
}

// A stream may be silent for as long as it likes once its response has begun. @return whether a slot became free.
bool Batch::release_streams() {
  const std::size_t before = opening_.size();
  const auto has_begun = [this](CURL* handle) {
    Flight& flight = in_flight_.at(handle);
    if (!flight.job->attempts.is_receiving()) return false;
    limiter_.remove(flight.progress);
    flight.is_counted = false;
    return true;
  };
  opening_.erase(std::remove_if(opening_.begin(), opening_.end(), has_begun), opening_.end());
  return opening_.size() < before && has_more();
}

void Batch::end_stopped() {
  std::vector<CURL*> in_flight;
  for (const auto& [handle, flight] : in_flight_) {
    if (flight.job->attempts.stops().stop_requested()) in_flight.push_back(handle);
  }
  const auto waits = [](const Waiting& one) { return !one.job->attempts.stops().stop_requested(); };
  const auto first = std::partition(waiting_.begin(), waiting_.end(), waits);
  std::vector<Waiting> waiting(std::make_move_iterator(first), std::make_move_iterator(waiting_.end()));
  waiting_.erase(first, waiting_.end());
  std::make_heap(waiting_.begin(), waiting_.end(), is_later<Waiting>);

  for (CURL* handle : in_flight) {
    Flight flight = land(handle);
    auto error = flight.job->attempts.abandon();
    give_up(std::move(flight.job), std::move(error));
  }
  for (Waiting& one : waiting) {
    auto error = one.job->attempts.stopped();
    give_up(std::move(one.job), std::move(error));
  }
}

// Requests that a handler adds after a stop are stopped too.
void Batch::stop_all() {
  while (!in_flight_.empty()) {
    Flight flight = land(in_flight_.begin()->first);
    auto error = flight.job->attempts.abandon();
    give_up(std::move(flight.job), std::move(error));
  }
  while (has_more()) {
    std::unique_ptr<Job> job;
    if (waiting_.empty()) {
      job = next_job();
    } else {
      job = std::move(waiting_.back().job);
      waiting_.pop_back();
    }
    if (!job) continue;  // another thread has taken the last one
    auto error = job->attempts.stopped();
    give_up(std::move(job), std::move(error));
  }
}

// @return whether a slot became free.
bool Batch::release_stalled() {
  if (limiter_.has_free() || !has_more()) return false;
  const TimePoint time = now();
  if (time < limiter_.next_look()) return false;
  std::vector<TransferProgress*> progresses;
  progresses.reserve(in_flight_.size());
  for (auto& [handle, flight] : in_flight_) {
    if (!flight.is_counted) continue;
    flight.progress.received = received_bytes(handle);
    progresses.push_back(&flight.progress);
  }
  // Silent planes are often adjacent, so a probe takes its request from the other end of the remaining ones.
  if (limiter_.look(time, progresses)) from_end_ = !from_end_;
  for (auto& [handle, flight] : in_flight_) {
    // The transfer that took its slot has a connection too, and no more than `concurrency` are kept.
    if (flight.progress.stalled) curl::set_option(handle, CURLOPT_FORBID_REUSE, 1L);
  }
  return limiter_.has_free();
}

void Batch::settle(std::unique_ptr<Job> job, Result<Response> result) {
  const std::size_t index = job->index;
  job.reset();
  if (is_aborted()) return;
  std::optional<FollowUp> next = handler_.take(index, std::move(result));
  add_requests();
  if (!next) return;
  const TimePoint at = std::max(next->at, now());
  wait(make_job(index, std::move(next->request)), at);
}

void Batch::give_up(std::unique_ptr<Job> job, Result<Response> result) {
  static_cast<void>(job->attempts.end(std::move(result)));
  Result<Response> ended = job->attempts.take_result();
  settle(std::move(job), std::move(ended));
}

void Batch::wait(std::unique_ptr<Job> job, TimePoint at) {
  waiting_.push_back({at, std::move(job)});
  std::push_heap(waiting_.begin(), waiting_.end(), is_later<Waiting>);
}

Milliseconds Batch::longest_wait() const {
  const TimePoint work = open_ != nullptr ? open_->next_work() : TimePoint::max();
  const TimePoint overdue = deadline_after(next_overdue_, grace);
  const Milliseconds longest = std::min(idle_wait, until(std::min(work, overdue), now()));
  if (!has_more()) return longest;
  if (!limiter_.has_free()) return std::min(longest, until(limiter_.next_look(), now()));
  return waiting_.empty() ? longest : std::min(longest, until(waiting_.front().at, now()));
}

}  // namespace kplane::http
