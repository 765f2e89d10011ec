#include "client/event_loop_core.hpp"

#include <algorithm>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::detail {

namespace {

void end_unsent(std::unique_ptr<LoopOperation> operation, ErrorPtr error) {
  operation->stop_listening();
  operation->fail(std::move(error));
  operation->report();
}

}  // namespace

void LoopOperation::listen(StopListener& listener) {
  if (stop_.stop_possible()) listening_.emplace(StopTokens(stop_), listener);
}

EventLoopCore::EventLoopCore(std::shared_ptr<ClientCore> client, const EventLoopOptions& options)
    : client_(std::move(client)),
      closed_error_(std::make_shared<StoppedError>("the event loop was closed")),
      stops_(closing_.token(), options.stop, client_->options().stop) {
  if (options.concurrency == 0) throw ConfigError("EventLoopOptions::concurrency must be 1 or more");
  limits_.concurrency = options.concurrency;
  limits_.stops = stops_;
}

EventLoopCore::~EventLoopCore() {
  close();
  end_all();
}

// The flag is set after the operation is added, and cleared before operations are taken, so none is missed.
void EventLoopCore::add(std::unique_ptr<LoopOperation> operation) {
  operation->listen(*this);
  const StopToken stop = operation->stop();
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || stops_.stop_requested()) closed_error_->raise();
    added_.push_back(std::move(operation));
  }
  if (!has_added_.exchange(true)) connections_.wake();
  if (stop.stop_requested()) on_stop();  // it may have been requested before the operation was added
}

void EventLoopCore::run(bool until_idle) {
  stays_open_ = !until_idle;
  try {
    http::Batch batch(client_->transport().options(), connections_, *this, limits_);
    batch.run();
  } catch (...) {
    close();
    end_all();
    throw;
  }
  if (stops_.stop_requested()) end_all();
}

http::Request EventLoopCore::make_request(std::size_t index) { return active_.at(index)->first_request(); }

std::optional<http::FollowUp> EventLoopCore::take(std::size_t index, Result<http::Response> result) {
  const auto found = active_.find(index);
  std::optional<http::FollowUp> next = found->second->take(std::move(result));
  if (next) return next;
  const std::unique_ptr<LoopOperation> ended = std::move(found->second);
  active_.erase(found);
  ended->stop_listening();
  ended->report();
  return std::nullopt;
}

std::optional<std::size_t> EventLoopCore::next_arrival() {
  if (!has_arrivals()) return std::nullopt;
  const std::size_t index = made_++;
  active_[index] = std::move(queue_.front());  // moved once there is room for it
  queue_.pop_front();
  return index;
}

bool EventLoopCore::has_arrivals() {
  take_over_added();
  return !queue_.empty();
}

void EventLoopCore::take_over_added() {
  if (!has_added_.load() || !has_added_.exchange(false)) return;
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return queue_.swap(added_);
  for (; !added_.empty(); added_.pop_front()) queue_.emplace_back() = std::move(added_.front());
}

// The batch ends requests that it has started. Those that wait for a slot are ended here: with many planes they could
// wait for long.
bool EventLoopCore::take_stop_notice() {
  if (!has_stopped_.load() || !has_stopped_.exchange(false)) return false;
  take_over_added();
  const auto waits = [](const std::unique_ptr<LoopOperation>& one) { return !one->stop().stop_requested(); };
  const auto first = std::stable_partition(queue_.begin(), queue_.end(), waits);
  const auto waiting = static_cast<std::size_t>(first - queue_.begin());
  std::reverse(first, queue_.end());  // to be taken from the end in their order, without any memory
  while (queue_.size() > waiting) {
    const auto why = std::make_shared<StoppedError>("a stop was requested before anything was sent");
    std::unique_ptr<LoopOperation> operation = std::move(queue_.back());
    queue_.pop_back();
    end_unsent(std::move(operation), why);  // where the caller's function throws, end_all() calls the others
  }
  return true;
}

void EventLoopCore::on_stop() noexcept {
  if (!has_stopped_.exchange(true)) connections_.wake();
}

// Including those that were added while the loop was ending. It takes no memory: there may be none.
void EventLoopCore::end_all() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  while (!active_.empty()) end_one(std::move(active_.extract(active_.begin()).mapped()));
  end_queue();
  {
    const std::lock_guard lock(mutex_);
    queue_.swap(added_);
  }
  end_queue();
}

void EventLoopCore::end_queue() noexcept {
  for (; !queue_.empty(); queue_.pop_front()) end_one(std::move(queue_.front()));
}

void EventLoopCore::end_one(std::unique_ptr<LoopOperation> operation) const noexcept {
  try {
    end_unsent(std::move(operation), closed_error_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): one that threw before is on its way to the caller
  }
}

}  // namespace kplane::detail
