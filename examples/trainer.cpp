// A policy that learns to repair shops: each plane has one, two of its six parts are broken, and there are eleven
// actions. The scenario is in trainer/shop, the episodes in trainer/episodes, the policies in trainer/*policy.
// distributed.cpp does the same with several processes.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "flags.hpp"
#include "server.hpp"
#include "trainer/episodes.hpp"
#include "trainer/policy.hpp"
#include "trainer/printing.hpp"
#ifdef KPLANE_TRAINER_TORCH
#include "trainer/torch_policy.hpp"
#endif
#include "unique_name.hpp"

namespace {

namespace rl = kplane::rl;
using namespace std::chrono_literals;

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
  throw examples::UsageError("--torch requires a build with -DKPLANE_EXAMPLES_WITH_TORCH=ON");
#endif
}

void train(const Arguments& arguments, const kplane::StopToken& stop) {
  const examples::Server server;
  server.client().wait_until_ready(30s, stop);
  // Whatever happens to this process, rl::sweep() can find what the run created.
  rl::Run run(server.client(), {.name = "trainer"});
  kplane::EphemeralFleet fleet = run.ephemeral_fleet(examples::unique_name("trainer-"), {.replicas = arguments.planes});
  fleet.wait_until_ready({.timeout = 10min, .stop = stop});

  const std::unique_ptr<trainer::Policy> policy = make_policy(arguments);
  trainer::Episodes episodes(server.client(), fleet.planes(), 0, arguments.seed, stop);
  if (!arguments.record.empty()) episodes.record_to(arguments.record);
  std::cout << "update   return\n";
  for (int i = 0; i < arguments.updates; ++i) trainer::print_update(i, trainer::learn(*policy, episodes.run(*policy)));
  trainer::print_policy(*policy);
  fleet.close();  // the destructors would do it too, but could not report errors
  run.close();
}

}  // namespace

int main(int count, char** words) {
  kplane::rl::Interrupted interrupted;  // Ctrl-C unwinds the run through its destructors
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
