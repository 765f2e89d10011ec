#include "episode.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "worker_threads.hpp"

namespace rollout {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kMaxLag{10'000};  // of a snapshot behind the writes

std::mt19937_64 random_for(std::uint64_t seed, std::size_t index) {
  std::seed_seq mixed{seed & 0xffffffff, seed >> 32, std::uint64_t{index}};
  return std::mt19937_64(mixed);
}

// The remainder instead of std::uniform_int_distribution, whose results differ between standard libraries.
Action random_action(std::mt19937_64& random) {
  const std::size_t part = random() % kPartCount;
  const bool mends = random() % 4 != 0;
  return {.part = part, .mends = mends};
}

void note_error(PlaneOutcome& outcome, std::string message) {
  if (outcome.error.empty()) outcome.error = std::move(message);
}

}  // namespace

Episode::Episode(kplane::Client client, const kplane::Fleet& fleet, kplane::Manifests shop, std::uint64_t seed,
                 kplane::StopToken stop)
    : client_(std::move(client)), shop_(std::move(shop)), stop_(std::move(stop)) {
  for (const kplane::Plane& plane : fleet.planes()) {
    seats_.push_back({.shop = Shop(plane.logged(log_)), .random = random_for(seed, seats_.size())});
  }
}

Step Episode::next() {
  throw_if_stopped();
  Step step{.number = next_step_++, .planes = std::vector<PlaneOutcome>(seats_.size())};
  const auto start = Clock::now();
  for_each_index(seats_.size(), [&](std::size_t i) { act(seats_[i], step.planes[i]); });
  open_the_others(step);
  const auto acted = Clock::now();
  throw_if_stopped();
  observe(step);
  step.acting = acted - start;
  step.reading = Clock::now() - acted;
  return step;
}

void Episode::throw_if_stopped() const {
  if (stop_.stop_requested()) throw kplane::StoppedError("the episode was stopped");
}

// All planes at once. One that fails is retried in the next step: apply is idempotent.
void Episode::open_the_others(Step& step) {
  std::vector<std::size_t> closed;
  std::vector<kplane::Plane> planes;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (seats_[i].is_open) continue;
    closed.push_back(i);
    planes.push_back(seats_[i].shop.plane());
  }
  const std::vector<kplane::ManifestResults> applied = client_.apply(planes, shop_);
  for (std::size_t i = 0; i < closed.size(); ++i) {
    try {
      check_opened(applied[i]);
      seats_[closed[i]].is_open = true;
    } catch (const kplane::Error& error) {
      note_error(step.planes[closed[i]], error.what());
    }
  }
}

// Runs on several threads, each with its own seat. They share the Client, which is thread-safe.
void Episode::act(Seat& seat, PlaneOutcome& outcome) const {
  outcome.cluster = seat.shop.plane().cluster();
  if (!seat.is_open || stop_.stop_requested()) return;
  try {
    outcome.action = random_action(seat.random);
    seat.shop.apply(*outcome.action);
  } catch (const kplane::Error& error) {
    note_error(outcome, error.what());
  }
}

// The server answers from caches that lag behind writes by some milliseconds. A stale snapshot shows an older shop, or
// none, and its score would silently be wrong.
void Episode::observe(Step& step) const {
  std::vector<kplane::Plane> planes;
  for (const Seat& seat : seats_) planes.push_back(seat.shop.plane());
  const kplane::SettleOptions options{.state = {.resources = scored_types(), .timeout = kMaxLag, .stop = stop_}};
  const std::vector<kplane::StateResult> results = client_.settled_states(planes, log_, options);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!seats_[i].is_open) continue;
    if (results[i]) {
      step.planes[i].score = score(*results[i]);
    } else {
      note_error(step.planes[i], results[i].error().what());
    }
  }
}

}  // namespace rollout
