// A rank of a run as a process of its own. Arguments: the run's ID, its rank, how many there are, how many planes the
// Fleet has, how many barriers it takes part in before it ends; -1: it waits until it is killed. The server is that of
// the environment. It prints the name of its Fleet and its own planes, and each barrier that it has passed.
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <unistd.h>

#include <kplane/kplane.hpp>
#include <kplane/rl/join_fleet.hpp>

namespace {

void take_part(char** arguments) {
  using namespace std::chrono_literals;
  const kplane::Client client = kplane::Client::from_env();
  kplane::rl::JoinOptions options;
  options.shard = kplane::rl::Shard(std::stoul(arguments[2]), std::stoul(arguments[3]));
  options.lease_duration = 1s;
  kplane::FleetSpec spec;
  spec.replicas = std::stoi(arguments[4]);
  kplane::rl::JoinedFleet joined = kplane::rl::join_fleet(client, arguments[1], spec, options);
  std::cout << joined.fleet().name();
  for (const kplane::Plane& plane : joined.own_planes()) std::cout << ' ' << plane.cluster();
  std::cout << std::endl;
  const int barriers = std::stoi(arguments[5]);
  while (barriers < 0) ::pause();
  for (int i = 0; i < barriers; ++i) {
    joined.barrier(1min);
    std::cout << joined.completed() << std::endl;
  }
  joined.close();
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int expected = 6;
  if (count != expected) return 2;
  try {
    take_part(arguments);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
