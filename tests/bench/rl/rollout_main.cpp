// Rollouts against a server in another process. Prints one line of JSON; tests/bench/rollout.py makes a table of many.
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "rl/rollout.hpp"

namespace {

using kplane::bench::Outcome;
using kplane::bench::Rollout;
using kplane::bench::Way;

constexpr const char kUsage[] =
    "usage: kplane_rollout_bench --serve [--late PLANES --late-ms MS]\n"
    "       kplane_rollout_bench --url URL --token TOKEN [--planes N] [--steps N] [--way pool|threads|bare|few]\n"
    "                            [--slow PLANES] [--skip PLANES] [--workers N] [--score-us N] [--score-waits]\n"
    "       kplane_rollout_bench --url URL --token TOKEN --memory [--planes N] [--steps ROUNDS]\n";

class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string name = argv[i];
      if (name == "--serve" || name == "--memory" || name == "--score-waits") {
        given_[name];
      } else if (i + 1 < argc) {
        given_[name] = argv[++i];
      } else {
        throw std::runtime_error(kUsage);
      }
    }
  }
  [[nodiscard]] bool has(const std::string& name) const { return given_.count(name) > 0; }
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = {}) const {
    const auto at = given_.find(name);
    return at == given_.end() ? otherwise : at->second;
  }
  [[nodiscard]] int number(const std::string& name, int otherwise) const {
    const std::string text = this->text(name, std::to_string(otherwise));
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error(kUsage);
    return value;
  }

 private:
  std::map<std::string, std::string> given_;
};

/// Until its standard input ends.
int serve(const Arguments& arguments) {
  kplane::testing::LocalServer server;
  for (int i = 0; i < arguments.number("--late", 0); ++i) {
    kplane::testing::Fault fault;
    fault.path_contains = "/clusters/p" + std::to_string(i) + "/";
    fault.times = -1;
    fault.delay = std::chrono::milliseconds{arguments.number("--late-ms", 100)};
    server.add_fault(fault);
  }
  std::cout << server.base_url() << ' ' << server.token() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) continue;
  return 0;
}

Way way_of(const std::string& name) {
  if (name == "pool") return Way::pool;
  if (name == "threads") return Way::threads;
  if (name == "bare") return Way::bare_threads;
  if (name == "few") return Way::few_threads;
  throw std::runtime_error(kUsage);
}

kplane::Client connect(const Arguments& arguments) {
  kplane::ClientOptions options;
  options.token = arguments.text("--token");
  options.max_connections = 256;
  return kplane::Client(arguments.text("--url"), options);
}

std::vector<kplane::Plane> planes_of(const kplane::Client& client, int count, int first = 0) {
  std::vector<kplane::Plane> planes;
  for (int i = first; i < count; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  return planes;
}

long resident_kilobytes() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  statm >> pages >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/// What a pool holds in memory after each round in which every plane is read.
int show_memory(const Arguments& arguments) {
  const kplane::Client client = connect(arguments);
  kplane::rl::PlanePoolOptions options;
  options.state.resources = {"namespaces"};
  const long before = resident_kilobytes();
  kplane::rl::PlanePool pool(client, planes_of(client, arguments.number("--planes", 10'000)), options);
  std::printf("{\"before\": %ld, \"made\": %ld, \"rounds\": [", before, resident_kilobytes());
  for (int round = 0; round < arguments.number("--steps", 10); ++round) {
    for (std::size_t i = 0; i < pool.size(); ++i) pool.send(i);
    std::size_t received = 0;
    while (pool.pending() > 0) {
      for (const kplane::rl::Observation& seen : pool.recv(1)) received += seen.state->resources.size();
    }
    if (received < pool.size()) throw std::runtime_error("states are missing");
    std::printf("%s%ld", round == 0 ? "" : ", ", resident_kilobytes());
  }
  std::printf("]}\n");
  return 0;
}

int roll_out(const Arguments& arguments) {
  const kplane::Client client = connect(arguments);
  Rollout rollout;
  rollout.planes = planes_of(client, arguments.number("--planes", 64), arguments.number("--skip", 0));
  rollout.steps = static_cast<std::size_t>(arguments.number("--steps", 100));
  rollout.slow = static_cast<std::size_t>(arguments.number("--slow", 0));
  rollout.workers = arguments.number("--workers", 2);
  rollout.score_time = std::chrono::microseconds{arguments.number("--score-us", 0)};
  rollout.score_waits = arguments.has("--score-waits");
  kplane::bench::prepare(client, rollout.planes);
  const Outcome outcome = kplane::bench::run(client, rollout, way_of(arguments.text("--way", "pool")));
  std::printf("{\"steps\": %zu, \"seconds\": %.6f, \"score\": %.1f}\n", outcome.steps, outcome.seconds, outcome.score);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Arguments arguments(argc, argv);
    if (arguments.has("--serve")) return serve(arguments);
    if (!arguments.has("--url")) throw std::runtime_error(kUsage);
    return arguments.has("--memory") ? show_memory(arguments) : roll_out(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
