// Hands one plane of a Fleet to an agent, here a shell script that runs kubectl, and scores the result. The agent gets
// a kubeconfig with its own account: it never sees this program's credentials.
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>

#include "handoff/child_process.hpp"
#include "handoff/score.hpp"
#include "server.hpp"
#include "unique_name.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUsage = R"(usage: handoff [AGENT]

Creates a Fleet of two planes, hands one of them to AGENT, a program that finds it
through $KUBECONFIG, and scores both. The default AGENT is a shell script of this
example, which needs kubectl. Runs against KPLANE_HOST (with
KPLANE_TOKEN) if it is set, otherwise against its own server.

exit codes: 0 the agent succeeded, 1 something failed, 2 wrong usage,
            3 kubectl is not installed
)";

/// @return whether the agent reports success
bool hand_over(const kplane::Plane& plane, const std::string& agent) {
  const kplane::ScopedAgentKubeconfig handed = plane.scoped_agent_kubeconfig({.ttl = 1h, .role = "edit"});
  std::cout << plane.cluster() << ": handed over to " << handed.account()
            << std::endl;  // flushed before the agent prints anything
  // HOME is the kubeconfig's directory, so kubectl's cache is removed with it.
  const std::string home = std::filesystem::path(handed.path()).parent_path().string();
  const int status =
      handoff::run_program(agent, {"PATH=" + handoff::search_path(), "HOME=" + home, "KUBECONFIG=" + handed.path()});
  if (status != 0) std::cerr << "handoff: the agent ended with " << status << '\n';
  return status == 0;
}  // the account and the file are removed here

int run(const std::string& agent) {
  const examples::Server server({.tls = true});  // kubectl sends a token only over https
  server.client().wait_until_ready(30s);
  auto fleet = server.client().ephemeral_fleet(examples::unique_name("handoff-"), {.replicas = 2});
  fleet.wait_until_ready({.timeout = 120s, .probe_members = true});
  const bool succeeded = hand_over(fleet.planes().front(), agent);
  for (const kplane::Plane& plane : fleet.planes()) {
    std::cout << plane.cluster() << ": " << handoff::score(plane) << " of " << handoff::goal_count()
              << " goals reached\n";
  }
  return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** values) {
  constexpr int kBadUsage = 2;
  constexpr int kNoKubectl = 3;
  const std::vector<std::string> arguments(values + 1, values + count);
  const bool help = arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h");
  if (help || arguments.size() > 1 || (!arguments.empty() && arguments[0].starts_with('-'))) {
    (help ? std::cout : std::cerr) << kUsage;
    return help ? EXIT_SUCCESS : kBadUsage;
  }
  if (arguments.empty() && !handoff::is_installed("kubectl")) {
    std::cerr << "handoff: kubectl is not installed, but this example's agent needs it\n";
    return kNoKubectl;
  }
  try {
    return run(arguments.empty() ? KPLANE_HANDOFF_AGENT : arguments[0]);
  } catch (const std::exception& error) {
    std::cerr << "handoff: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
