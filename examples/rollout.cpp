// The main job of a reinforcement-learning trainer: declare a Fleet, act on each plane, read all planes at once, score
// them, and leave nothing behind. The parts are in rollout/: the scenario in shop, the steps in episode.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/interrupted.hpp>

#include "rollout/arguments.hpp"
#include "rollout/episode.hpp"
#include "rollout/progress_bar.hpp"
#include "rollout/report.hpp"
#include "server.hpp"
#include "unique_name.hpp"

namespace {

using namespace std::chrono_literals;

void wait_until_ready(kplane::Fleet& fleet, const kplane::StopToken& stop) {
  rollout::ProgressBar bar;
  const auto show = [&bar](std::int32_t ready, std::int32_t desired, std::chrono::milliseconds) {
    bar.draw(ready, desired);
  };
  // The controller checks its members only now and then; probing them directly is faster.
  fleet.wait_until_ready({.timeout = 120s, .on_progress = show, .probe_members = true, .stop = stop});
}

std::vector<rollout::Step> play(const kplane::Client& client, const kplane::Fleet& fleet,
                                const rollout::Arguments& arguments, const kplane::StopToken& stop) {
  rollout::Episode episode(client, fleet, kplane::Manifests::from_file(arguments.shop), arguments.seed, stop);
  std::vector<rollout::Step> steps;
  if (!arguments.json) rollout::print_table_head(std::cout);
  for (int i = 0; i <= arguments.steps; ++i) {  // step 0 opens the broken shops
    steps.push_back(episode.next());
    rollout::print_errors(std::cerr, steps.back());
    if (!arguments.json) rollout::print_table_row(std::cout, steps.back());
  }
  return steps;
}

int run(const rollout::Arguments& arguments, const kplane::StopToken& stop) {
  const examples::Server server;
  const kplane::Client& client = server.client();
  client.wait_until_ready(30s);

  // Planes outlive their Fleet: without fresh ones a second run would find the shops that the first one repaired.
  kplane::EphemeralFleet fleet =
      client.ephemeral_fleet(examples::unique_name("rollout-"), {.replicas = arguments.planes}, {.fresh_planes = true});
  wait_until_ready(fleet, stop);
  const std::vector<rollout::Step> steps = play(client, fleet, arguments, stop);
  fleet.close();  // the destructor would do it too, but could not report errors

  if (arguments.json) {
    rollout::print_json(std::cout, arguments, fleet.name(), steps);
  } else {
    rollout::print_best_plane(std::cout, steps.back());
  }
  return rollout::best_plane(steps.back()) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int kBadUsage = 2;
  const kplane::rl::Interrupted interrupted;  // Ctrl-C runs every destructor, so that the Fleet is removed
  try {
    const rollout::Arguments parsed = rollout::parse_arguments(count, arguments);
    if (!parsed.help) return run(parsed, interrupted.token());
    std::cout << rollout::usage();
    return EXIT_SUCCESS;
  } catch (const rollout::UsageError& error) {
    std::cerr << "rollout: " << error.what() << "\n\n" << rollout::usage();
    return kBadUsage;
  } catch (const kplane::StoppedError&) {
    std::cerr << "rollout: interrupted\n";
    return interrupted.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "rollout: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
