// Planes beyond what one Fleet holds, shared out among processes: `shards make NAME PLANES`, then `shards read NAME` as
// each of several ranks, then `shards remove NAME`. The server is that of the environment. Each prints how long it
// took, and how much memory the process had at most.
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

namespace {

using namespace std::chrono_literals;
namespace rl = kplane::rl;

double peak_megabytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

std::size_t make(const kplane::Client& client, const std::string& name, std::int32_t planes) {
  kplane::FleetSpec spec;
  spec.replicas = planes;
  rl::FleetGroup group = rl::create_fleet_group(client, name, spec);
  group.wait_until_ready(30min);
  return group.planes().size();
}

std::size_t read(const kplane::Client& client, const std::string& name) {
  const rl::Shard shard = rl::Shard::from_env();
  const std::optional<rl::FleetGroup> group = rl::find_fleet_group(client, name);
  if (!group) throw kplane::Error("there is no group " + name);
  const kplane::Vector<kplane::Plane> planes = shard.of(group->planes());
  std::cerr << "rank " << shard.rank() << ": " << peak_megabytes() << " MB before it reads\n";
  std::size_t objects = 0;
  std::size_t read = 0;
  client.for_each_state(planes, [&](kplane::StateResult state) {
    objects += static_cast<std::size_t>(state->total_items());
    if (++read % (planes.size() / 4) == 0) {
      std::cerr << "rank " << shard.rank() << ": " << read << " planes, " << peak_megabytes() << " MB\n";
    }
  });
  return objects;
}

std::size_t run(const std::string& what, const std::string& name, const std::string& planes) {
  const kplane::Client client = kplane::Client::from_env();
  if (what == "make") return make(client, name, std::stoi(planes));
  if (what == "read") return read(client, name);
  if (what == "remove") return rl::find_fleet_group(client, name).value().remove() ? 1 : 0;
  throw kplane::ConfigError("usage: shards make NAME PLANES | read NAME | remove NAME");
}

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int i) { return i < count ? std::string(arguments[i]) : std::string(); };
  try {
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t counted = run(argument(1), argument(2), argument(3));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    std::cout << argument(1) << ": " << counted << " in " << time.count() << " s, at most " << peak_megabytes()
              << " MB\n";
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
