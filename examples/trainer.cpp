// A policy that learns to repair shops: each plane holds one, two of its six parts break, and eleven actions are at
// hand. The parts: the scenario in trainer/shop, what learns in trainer/*_policy.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "flags.hpp"
#include "server.hpp"
#include "trainer/policy.hpp"
#include "trainer/shop.hpp"
#ifdef KPLANE_TRAINER_TORCH
#include "trainer/torch_policy.hpp"
#endif
#include "unique_name.hpp"

namespace {

namespace rl = kplane::rl;
using namespace std::chrono_literals;

constexpr int kSteps = 4;             // of an episode, at most
constexpr double kCostOfStep = 0.02;  // so that doing nothing is not free

struct Arguments {
  std::int32_t planes = 64;
  int updates = 40;
  std::uint32_t seed = 1;
  std::string record;  // a file; empty: none
  bool torch = false;
};

std::unique_ptr<trainer::Policy> make_policy(const Arguments& arguments) {
  if (!arguments.torch) return std::make_unique<trainer::LinearPolicy>();
#ifdef KPLANE_TRAINER_TORCH
  return std::make_unique<trainer::TorchPolicy>(arguments.seed);
#else
  throw examples::UsageError("--torch needs a program that was built with -DKPLANE_EXAMPLES_WITH_TORCH=ON");
#endif
}

/// One plane's episode.
struct Episode {
  std::mt19937 random{};
  double score = 0;   // of the last state
  double broken = 1;  // the share that was broken at first
  trainer::Symptoms seen{};
  std::vector<trainer::Choice> choices{};
  std::vector<double> rewards{};
  [[nodiscard]] bool is_over() const { return score == 1.0 || rewards.size() == kSteps; }
};

class Trainer {
 public:
  Trainer(const kplane::Client& client, std::vector<kplane::Plane> planes, const Arguments& arguments,
          kplane::StopToken stop)
      : client_(client),
        planes_(std::move(planes)),
        shop_(kplane::Manifests::from_file(KPLANE_TRAINER_SHOP)),
        policy_(make_policy(arguments)),
        seed_(arguments.seed),
        stop_(stop) {
    for (const auto& applied : client.apply(planes_, shop_, {.stop = stop})) applied.raise_if_failed();
    baseline_ = planes_.front().baseline({.stop = stop});
    pool_.emplace(client, planes_,
                  rl::PlanePoolOptions{.state = trainer::observed(),
                                       .score = [](const rl::Observation& seen) { return trainer::score(*seen.state); },
                                       .stop = stop});
    if (!arguments.record.empty()) recorder_.emplace(arguments.record, recorder_options(arguments));
  }

  /// Restores the shops, breaks them, lets the policy act on all of them, and teaches it. @return the mean return
  double update() {
    for (const auto& restored : client_.restore(planes_, *baseline_, {.stop = stop_})) restored.raise_if_failed();
    std::vector<Episode> episodes(planes_.size());
    for (std::size_t i = 0; i < planes_.size(); ++i) begin(i, episodes[i]);
    while (pool_->pending() > 0) {
      for (const rl::Observation& seen : pool_->recv()) observe(seen, episodes.at(seen.index));
    }
    ++updates_;
    return learn(episodes);
  }

  [[nodiscard]] const trainer::Policy& policy() const { return *policy_; }

 private:
  [[nodiscard]] rl::RecorderOptions recorder_options(const Arguments& arguments) const {
    return {.scenario = shop_,
            .server_version = rl::server_version(planes_.front()),
            .info = R"({"seed":)" + std::to_string(arguments.seed) + "}"};
  }

  void begin(std::size_t plane, Episode& episode) {
    // Of its own, so that the order in which planes answer does not count.
    std::seed_seq seed{seed_, static_cast<std::uint32_t>(updates_), static_cast<std::uint32_t>(plane)};
    episode.random.seed(seed);
    std::array<std::size_t, trainer::kFaults> faults{};
    std::iota(faults.begin(), faults.end(), 0U);
    std::ranges::shuffle(faults, episode.random);
    pool_->send(plane,
                {trainer::break_part(planes_[plane], faults[0]), trainer::break_part(planes_[plane], faults[1])});
  }

  void observe(const rl::Observation& seen, Episode& episode) {
    seen.rethrow_failure();
    const kplane::Snapshot& state = *seen.state;  // throws where there is none
    const double score = seen.score.value();
    const bool is_first = episode.choices.empty();
    if (is_first) {
      episode.broken = 1.0 - score;
    } else {
      episode.rewards.push_back((score - episode.score) / episode.broken - kCostOfStep);
    }
    record(seen, episode);
    episode.score = score;
    episode.seen = trainer::symptoms(state);
    if (episode.is_over()) return;
    const trainer::Probabilities p = policy_->probabilities(episode.seen);
    const std::size_t action = std::discrete_distribution<std::size_t>(p.begin(), p.end())(episode.random);
    episode.choices.push_back({episode.seen, action});
    pool_->send(seen.index, trainer::act(planes_[seen.index], action));
  }

  void record(const rl::Observation& seen, const Episode& episode) {
    if (!recorder_) return;
    rl::Step step{.episode = updates_,
                  .step = static_cast<std::int64_t>(episode.choices.size()),
                  .info = rl::step_info(seen),
                  .state = *seen.state};
    if (!episode.choices.empty()) {
      step.action = '"' + std::string(trainer::action_name(episode.choices.back().action)) + '"';
      step.reward = episode.rewards.back();
    }
    recorder_->append(step);
  }

  double learn(std::vector<Episode>& episodes) {
    double sum = 0;
    std::vector<trainer::Choice> choices;
    for (Episode& episode : episodes) {
      double to_go = 0;
      for (std::size_t i = episode.choices.size(); i-- > 0;) {
        to_go += episode.rewards[i];
        choices.push_back({episode.choices[i].seen, episode.choices[i].action, to_go});
      }
      sum += to_go;
    }
    normalize(choices);
    policy_->learn(choices);
    return sum / static_cast<double>(episodes.size());
  }

  static void normalize(std::vector<trainer::Choice>& choices) {
    double mean = 0;
    double squares = 0;
    for (const auto& choice : choices) mean += choice.advantage / double(choices.size());
    for (const auto& choice : choices) squares += std::pow(choice.advantage - mean, 2) / double(choices.size());
    for (auto& choice : choices) choice.advantage = (choice.advantage - mean) / (std::sqrt(squares) + 1e-6);
  }

  kplane::Client client_;
  std::vector<kplane::Plane> planes_;
  kplane::Manifests shop_;
  std::unique_ptr<trainer::Policy> policy_;
  std::uint32_t seed_;
  kplane::StopToken stop_;
  std::optional<kplane::Baseline> baseline_;
  std::optional<rl::PlanePool> pool_;
  std::optional<rl::Recorder> recorder_;
  std::int64_t updates_ = 0;
};

void print_update(int update, double mean_return) {
  const auto bar = static_cast<std::size_t>(std::clamp(mean_return, 0.0, 1.0) * 50.0);
  std::cout << std::setw(6) << update << std::setw(9) << std::fixed << std::setprecision(3) << mean_return << "  "
            << std::string(bar, '#') << std::endl;
}

void print_policy(const trainer::Policy& policy) {
  std::cout << "\nif one part is broken, the policy would most likely\n";
  for (std::size_t fault = 0; fault < trainer::kFaults; ++fault) {
    trainer::Symptoms seen{};
    seen.at(fault) = true;
    const trainer::Probabilities p = policy.probabilities(seen);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
    std::cout << std::setw(8) << p.at(best) << "  " << trainer::action_name(best)
              << (best == fault ? "" : ", which does not mend it") << '\n';
  }
}

void train(const Arguments& arguments, const kplane::StopToken& stop) {
  const examples::Server server;
  // Whatever happens to this process: rl::sweep() finds what the run has made.
  rl::Run run(server.client(), {.name = "trainer"});
  kplane::EphemeralFleet fleet = run.ephemeral_fleet(examples::unique_name("trainer-"), {.replicas = arguments.planes});
  fleet.wait_until_ready({.timeout = 10min, .stop = stop});

  Trainer trainer(server.client(), fleet.planes(), arguments, stop);
  std::cout << "update   return\n";
  for (int i = 0; i < arguments.updates; ++i) print_update(i, trainer.update());
  print_policy(trainer.policy());
  fleet.close();  // the destructors would do it too, but could not tell whether it worked
  run.close();
}

}  // namespace

int main(int count, char** words) {
  kplane::rl::Interrupted interrupted;  // Ctrl-C ends the run by its destructors
  try {
    examples::Flags flags(count, words);
    Arguments arguments;
    arguments.planes = flags.take("--planes", arguments.planes);
    arguments.updates = flags.take("--updates", arguments.updates);
    arguments.seed = static_cast<std::uint32_t>(flags.take("--seed", 1));
    arguments.record = flags.take("--record", "");
    arguments.torch = flags.take_switch("--torch");
    flags.finish();
    train(arguments, interrupted.token());
    return EXIT_SUCCESS;
  } catch (const kplane::StoppedError&) {
    return interrupted.exit_code();
  } catch (const examples::UsageError& error) {
    std::cerr << "trainer: " << error.what()
              << "\nusage: trainer [--planes 64] [--updates 40] [--seed 1] [--record FILE] [--torch]\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "trainer: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
