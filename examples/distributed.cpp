// The trainer of trainer.cpp as several processes that share one policy: each acts on its shard of the planes, and rank
// 0 learns from what all of them have seen. Started by mpirun they exchange that by MPI; started by anything else that
// says which rank a process is (an Indexed Job, SLURM, torchrun), by small objects in the server's root plane.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "distributed/exchange.hpp"
#include "distributed/text.hpp"
#ifdef KPLANE_DISTRIBUTED_MPI
#include "distributed/mpi_exchange.hpp"
#endif
#include "flags.hpp"
#include "server.hpp"
#include "trainer/episodes.hpp"
#include "trainer/policy.hpp"
#include "trainer/printing.hpp"

namespace {

namespace rl = kplane::rl;
using namespace std::chrono_literals;

struct Arguments {
  std::int32_t planes = 64;
  int updates = 40;
  int episodes = 1;  // on each plane, from one update to the next
  std::uint32_t seed = 1;
  std::string run = "distributed";
  std::string record;  // the beginning of the names of the ranks' files; empty: none
};

struct Progress {
  double mean_return = 0;
  std::size_t steps = 0;
};

/// All planes' first episodes, then all planes' second ones, and so on: the order of one process, whose sums are those
/// of many ranks then.
std::vector<trainer::Episode> in_order(const std::vector<std::string>& texts, int rounds) {
  std::vector<std::vector<trainer::Episode>> ranks;
  for (const std::string& text : texts) ranks.push_back(distributed::read_episodes(text));
  std::vector<trainer::Episode> all;
  for (int round = 0; round < rounds; ++round) {
    for (std::vector<trainer::Episode>& episodes : ranks) {
      const auto planes = static_cast<std::ptrdiff_t>(episodes.size()) / rounds;
      const auto begin = episodes.begin() + round * planes;
      std::move(begin, begin + planes, std::back_inserter(all));
    }
  }
  return all;
}

/// What rank 0 makes of the episodes of all ranks: the next weights.
std::string learn(const std::vector<trainer::Episode>& all, trainer::LinearPolicy& policy, Progress& progress) {
  progress.mean_return = trainer::learn(policy, all);
  for (const trainer::Episode& episode : all) progress.steps += episode.rewards.size();
  return distributed::to_text(policy.weights());
}

/// One update of all ranks. @return at rank 0 what came of it
Progress update(trainer::Episodes& episodes, int rounds, trainer::LinearPolicy& policy,
                distributed::Exchange& exchange) {
  Progress progress;
  std::string seen;
  for (int round = 0; round < rounds; ++round) seen += distributed::to_text(episodes.run(policy));
  const std::string weights = exchange.reduce(
      seen, [&](const std::vector<std::string>& texts) { return learn(in_order(texts, rounds), policy, progress); });
  policy.set_weights(distributed::read_weights(weights));
  return progress;
}

void print_rate(std::size_t steps, std::chrono::steady_clock::duration time) {
  const double seconds = std::chrono::duration<double>(time).count();
  std::cerr << steps << " steps in " << seconds << " s: " << static_cast<double>(steps) / seconds << " a second\n";
}

void train(const Arguments& arguments, const rl::Shard& shard, const kplane::StopToken& stop) {
  if (shard.size() > 1 && std::getenv("KPLANE_HOST") == nullptr) {
    throw examples::UsageError(
        "several ranks need one server: set KPLANE_HOST, such as by \"kplane-local > /tmp/kplane.env & sleep 1; source "
        "/tmp/kplane.env\"");
  }
  if (shard.size() > static_cast<std::size_t>(arguments.planes)) {
    throw examples::UsageError("--planes must be at least the number of ranks, " + std::to_string(shard.size()));
  }
  const examples::Server server;
  server.client().wait_until_ready(30s, stop);
  rl::JoinedFleet joined =
      rl::join_fleet(server.client(), rl::run_id_from_env(arguments.run), {.replicas = arguments.planes},
                     {.timeout = 10min, .shard = shard, .stop = stop});
#ifdef KPLANE_DISTRIBUTED_MPI
  std::unique_ptr<distributed::Exchange> exchange;
  if (distributed::is_started_by_mpi()) exchange = std::make_unique<distributed::MpiExchange>(stop);
  if (!exchange) exchange = std::make_unique<distributed::RootPlaneExchange>(joined);
#else
  const auto exchange = std::make_unique<distributed::RootPlaneExchange>(joined);
#endif
  const bool is_root = shard.rank() == 0;
  trainer::LinearPolicy policy;
  trainer::Episodes episodes(server.client(), joined.own_planes(), shard.range(joined.planes().size()).begin,
                             arguments.seed, stop);
  if (!arguments.record.empty()) {
    episodes.record_to(arguments.record + '-' + std::to_string(shard.rank()) + ".jsonl.zst");
  }
  if (is_root) std::cout << "update   return\n";
  const auto begin = std::chrono::steady_clock::now();
  std::size_t steps = 0;
  for (int i = 0; i < arguments.updates; ++i) {
    const Progress progress = update(episodes, arguments.episodes, policy, *exchange);
    if (is_root) trainer::print_update(i, progress.mean_return);
    steps += progress.steps;
  }
  if (is_root) {
    print_rate(steps, std::chrono::steady_clock::now() - begin);
    trainer::print_policy(policy);
    std::cout << "\nthe policy's weights have the checksum " << distributed::checksum(policy.weights()) << '\n';
  }
  exchange->barrier();  // rank 0 removes what the others use
  joined.close();
}

}  // namespace

int main(int count, char** words) {
#ifdef KPLANE_DISTRIBUTED_MPI
  if (distributed::is_started_by_mpi()) distributed::begin_mpi(&count, &words);
#endif
  kplane::rl::Interrupted interrupted;  // after MPI has set its handlers
  try {
    examples::Flags flags(count, words);
    Arguments arguments;
    arguments.planes = flags.take("--planes", arguments.planes);
    arguments.updates = flags.take("--updates", arguments.updates);
    arguments.episodes = flags.take("--episodes", arguments.episodes);
    arguments.seed = static_cast<std::uint32_t>(flags.take("--seed", 1));
    arguments.run = flags.take("--run", arguments.run);
    arguments.record = flags.take("--record", "");
    flags.finish();
    if (arguments.episodes < 1) throw examples::UsageError("--episodes must be at least 1");
    train(arguments, rl::Shard::from_env(), interrupted.token());
#ifdef KPLANE_DISTRIBUTED_MPI
    if (distributed::is_started_by_mpi()) distributed::end_mpi();
#endif
    return EXIT_SUCCESS;
  } catch (const kplane::StoppedError&) {
    return interrupted.exit_code();
  } catch (const examples::UsageError& error) {
    std::cerr
        << "distributed: " << error.what()
        << "\nusage: distributed [--planes 64] [--updates 40] [--episodes 1] [--seed 1] [--run NAME] [--record FILE]\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "distributed: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
