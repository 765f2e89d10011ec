// One episode.
#include "episode.hpp"

#include <algorithm>
#include <numeric>
#include <thread>
#include <utility>

#include <kplane/error.hpp>

#include "interruption.hpp"
#include "worker_threads.hpp"

namespace rollout {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a snapshot may lag behind what was written, and how often to look.
constexpr milliseconds kMaxLag{10'000};
constexpr milliseconds kFirstPause{5};
constexpr milliseconds kLongestPause{200};

std::mt19937_64 random_for(std::uint64_t seed, std::size_t index) {
  std::seed_seq mixed{seed & 0xffffffff, seed >> 32, std::uint64_t{index}};
  return std::mt19937_64(mixed);
}

// Remainders instead of std::uniform_int_distribution, whose results differ between standard libraries.
Action random_action(std::mt19937_64& random) {
  const std::size_t part = random() % kPartCount;
  const bool mends = random() % 4 != 0;
  return {.part = part, .mends = mends};
}

void note_error(PlaneOutcome& outcome, std::string message) {
  if (outcome.error.empty()) outcome.error = std::move(message);
}

}  // namespace

Episode::Episode(kplane::Client client, const kplane::Fleet& fleet, kplane::Manifests shop, std::uint64_t seed)
    : client_(std::move(client)), fleet_(fleet), shop_(std::move(shop)) {
  for (kplane::Plane& plane : fleet.planes()) {
    seats_.push_back({.shop = Shop(std::move(plane)), .random = random_for(seed, seats_.size())});
  }
}

Step Episode::next() {
  throw_if_interrupted();
  Step step{.number = next_step_++, .planes = std::vector<PlaneOutcome>(seats_.size())};
  const auto start = Clock::now();
  for_each_index(seats_.size(), [&](std::size_t i) { act(seats_[i], step.planes[i]); });
  open_the_others(step);
  const auto acted = Clock::now();
  throw_if_interrupted();
  observe(step);
  step.acting = acted - start;
  step.reading = Clock::now() - acted;
  return step;
}

// All planes at once. One that fails is tried again in the next step: applying twice does what applying once does.
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
      seats_[closed[i]].shop.open(applied[i]);
      seats_[closed[i]].is_open = true;
    } catch (const kplane::Error& error) {
      note_error(step.planes[closed[i]], error.what());
    }
  }
}

// Runs on several threads, each with a seat of its own. They share the Client, which is what it is made for.
void Episode::act(Seat& seat, PlaneOutcome& outcome) const {
  outcome.cluster = seat.shop.plane().cluster();
  if (!seat.is_open || is_interrupted()) return;
  try {
    outcome.action = random_action(seat.random);
    seat.shop.apply(*outcome.action);
  } catch (const kplane::Error& error) {
    note_error(outcome, error.what());
  }
}

void Episode::observe(Step& step) const {
  std::vector<std::size_t> indices(seats_.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  const auto deadline = Clock::now() + kMaxLag;
  std::vector<std::size_t> lagging = take(fleet_.states(state_options()), indices, step);
  for (auto pause = kFirstPause; !lagging.empty() && Clock::now() < deadline;
       pause = std::min(2 * pause, kLongestPause)) {
    throw_if_interrupted();
    std::this_thread::sleep_for(pause);
    lagging = take(read(lagging), lagging, step);
  }
  for (const std::size_t index : lagging) note_error(step.planes[index], "its snapshot does not show what was written");
}

std::vector<std::size_t> Episode::take(const std::vector<kplane::StateResult>& results,
                                       const std::vector<std::size_t>& indices, Step& step) const {
  std::vector<std::size_t> lagging;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Seat& seat = seats_[indices[i]];
    PlaneOutcome& outcome = step.planes[indices[i]];
    if (!seat.is_open) continue;
    if (!results[i]) {
      note_error(outcome, results[i].error().what());
    } else if (seat.shop.is_shown_by(*results[i])) {
      outcome.score = score(*results[i]);
    } else {
      lagging.push_back(indices[i]);
    }
  }
  return lagging;
}

std::vector<kplane::StateResult> Episode::read(const std::vector<std::size_t>& indices) const {
  std::vector<kplane::Plane> planes;
  planes.reserve(indices.size());
  for (const std::size_t index : indices) planes.push_back(seats_[index].shop.plane());
  return client_.states(planes, state_options());
}

}  // namespace rollout
