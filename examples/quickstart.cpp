// The first steps: declare four planes, wait for them, read everything in each. The README shows the code between the
// markers.

// [quickstart]
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

int main() try {
  std::optional<kplane::testing::LocalServer> local;  // an in-memory kplane, unless KPLANE_HOST names a real one
  if (std::getenv("KPLANE_HOST") == nullptr) local.emplace();
  const kplane::Client client = local ? local->client() : kplane::Client::from_env();
  client.wait_until_ready(std::chrono::seconds(30));

  kplane::EphemeralFleet fleet = client.ephemeral_fleet("quickstart", {.replicas = 4});  // removed at scope exit
  fleet.wait_until_ready(std::chrono::seconds(60));
  for (const kplane::StateResult& plane : fleet.states()) {  // concurrently; an error affects only its own plane
    if (plane) std::cout << plane->cluster << " holds " << plane->total_items() << " objects\n";
    if (!plane) std::cerr << plane.plane().cluster() << ": " << plane.error().what() << '\n';
  }
} catch (const std::exception& error) {
  std::cerr << "quickstart: " << error.what() << '\n';
  return EXIT_FAILURE;
}
// [/quickstart]
