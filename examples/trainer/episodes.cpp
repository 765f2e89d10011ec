#include "episodes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace trainer {

namespace rl = kplane::rl;

namespace {

constexpr std::size_t kSteps = 4;     // of an episode, at most
constexpr double kCostOfStep = 0.02;  // so that doing nothing is not free

void normalize(std::vector<Choice>& choices) {
  double mean = 0;
  double squares = 0;
  for (const auto& choice : choices) mean += choice.advantage / double(choices.size());
  for (const auto& choice : choices) squares += std::pow(choice.advantage - mean, 2) / double(choices.size());
  for (auto& choice : choices) choice.advantage = (choice.advantage - mean) / (std::sqrt(squares) + 1e-6);
}

}  // namespace

bool Episode::is_over() const { return score == 1.0 || rewards.size() == kSteps; }

Episodes::Episodes(const kplane::Client& client, std::vector<kplane::Plane> planes, std::size_t first,
                   std::uint32_t seed, const kplane::StopToken& stop)
    : client_(client),
      planes_(std::move(planes)),
      first_(first),
      seed_(seed),
      stop_(stop),
      shop_(kplane::Manifests::from_file(KPLANE_TRAINER_SHOP)) {
  for (const auto& applied : client.apply(planes_, shop_, {.stop = stop})) applied.raise_if_failed();
  baseline_ = planes_.front().baseline({.stop = stop});
  pool_.emplace(
      client, planes_,
      rl::PlanePoolOptions{
          .state = observed(), .score = [](const rl::Observation& seen) { return score(*seen.state); }, .stop = stop});
}

void Episodes::record_to(const std::string& file) {
  recorder_.emplace(file, rl::RecorderOptions{.scenario = shop_,
                                              .server_version = rl::server_version(planes_.front()),
                                              .info = R"({"seed":)" + std::to_string(seed_) + "}",
                                              .append = false});
}

std::vector<Episode> Episodes::run(const Policy& policy) {
  for (const auto& restored : client_.restore(planes_, *baseline_, {.stop = stop_})) restored.raise_if_failed();
  std::vector<Episode> episodes(planes_.size());
  for (std::size_t i = 0; i < planes_.size(); ++i) begin(i, episodes[i]);
  while (pool_->pending() > 0) {
    for (const rl::Observation& seen : pool_->recv()) observe(seen, episodes.at(seen.index), policy);
  }
  ++updates_;
  return episodes;
}

void Episodes::begin(std::size_t plane, Episode& episode) {
  // A separate generator per plane, so that the order of answers does not matter.
  std::seed_seq seed{seed_, static_cast<std::uint32_t>(updates_), static_cast<std::uint32_t>(first_ + plane)};
  episode.random.seed(seed);
  std::array<std::size_t, kFaults> faults{};
  std::iota(faults.begin(), faults.end(), 0U);
  std::ranges::shuffle(faults, episode.random);
  pool_->send(plane, {break_part(planes_[plane], faults[0]), break_part(planes_[plane], faults[1])});
}

void Episodes::observe(const rl::Observation& seen, Episode& episode, const Policy& policy) {
  seen.rethrow_failure();
  const kplane::Snapshot& state = *seen.state;  // throws if there is none
  const double score = seen.score.value();
  const bool is_first = episode.choices.empty();
  if (is_first) {
    episode.broken = 1.0 - score;
  } else {
    episode.rewards.push_back((score - episode.score) / episode.broken - kCostOfStep);
  }
  record(seen, episode);
  episode.score = score;
  episode.seen = symptoms(state);
  if (episode.is_over()) return;
  const Probabilities p = policy.probabilities(episode.seen);
  const std::size_t action = std::discrete_distribution<std::size_t>(p.begin(), p.end())(episode.random);
  episode.choices.push_back({episode.seen, action});
  pool_->send(seen.index, act(planes_[seen.index], action));
}

void Episodes::record(const rl::Observation& seen, const Episode& episode) {
  if (!recorder_) return;
  rl::Step step{.episode = updates_,
                .step = static_cast<std::int64_t>(episode.choices.size()),
                .info = rl::step_info(seen),
                .state = *seen.state};
  if (!episode.choices.empty()) {
    step.action = '"' + std::string(action_name(episode.choices.back().action)) + '"';
    step.reward = episode.rewards.back();
  }
  recorder_->append(step);
}

double learn(Policy& policy, const std::vector<Episode>& episodes) {
  double sum = 0;
  std::vector<Choice> choices;
  for (const Episode& episode : episodes) {
    double to_go = 0;
    for (std::size_t i = episode.choices.size(); i-- > 0;) {
      to_go += episode.rewards[i];
      choices.push_back({episode.choices[i].seen, episode.choices[i].action, to_go});
    }
    sum += to_go;
  }
  normalize(choices);
  policy.learn(choices);
  return sum / static_cast<double>(episodes.size());
}

}  // namespace trainer
