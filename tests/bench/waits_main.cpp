// kplane_waits_bench: one object in each of many planes, all waited for at once by one thread, against the server that
// KPLANE_HOST names. How much memory that takes, and how long after a write its wait is over.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>

#include "cpu_time.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using kplane::bench::cpu_seconds;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t one_by_one = 100;

double resident_mebibytes() {
  constexpr std::string_view label = "VmRSS:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, label.size(), label) == 0) return std::stod(line.substr(label.size())) / 1024;
  }
  throw std::runtime_error("/proc/self/status does not say VmRSS");
}

void allow_many_connections() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

microseconds at(std::vector<microseconds> times, double part) {
  std::sort(times.begin(), times.end());
  return times.at(static_cast<std::size_t>(part * static_cast<double>(times.size() - 1)));
}

kplane::Manifests job(const std::string& phase) {
  return kplane::Manifests::from_yaml(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"job","namespace":"default"},"data":{"phase":")" +
      phase + "\"}}");
}

void finish(const kplane::Plane& plane) {
  plane.resource("v1", "configmaps")
      .in("default")
      .patch("job", kplane::PatchType::merge, R"({"data":{"phase":"done"}})");
}

/// Blocks until the process hardly uses the processor: then everything is being watched.
void wait_until_idle() {
  for (double before = cpu_seconds();;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    const double now = cpu_seconds();
    if (now - before < 0.1) return;  // bookmarks still come: from LocalServer one a second in each watch
    before = now;
  }
}

void run(std::size_t count) {
  if (count < one_by_one) throw std::runtime_error("at least " + std::to_string(one_by_one) + " planes are needed");
  const kplane::Client client = kplane::Client::from_env();
  std::vector<kplane::Plane> planes;
  for (std::size_t i = 0; i < count; ++i) planes.push_back(client.plane("wait-" + std::to_string(i)));
  for (const kplane::ManifestResults& results : client.apply(planes, job("new"))) results.raise_if_failed();
  const double memory_before = resident_mebibytes();
  const double cpu_before = cpu_seconds();

  std::atomic<std::size_t> over{0};
  std::vector<Clock::time_point> ended(count);
  std::vector<microseconds> wake_ups;
  std::vector<microseconds> round_trips;
  double memory = 0;
  double cpu_to_watch = 0;
  Clock::duration all_together{};
  std::thread writer([&] {
    wait_until_idle();
    memory = resident_mebibytes() - memory_before;
    cpu_to_watch = cpu_seconds() - cpu_before;
    for (std::size_t i = 0; i < one_by_one; ++i) {
      const auto begin = Clock::now();
      finish(planes[i]);
      const auto written = Clock::now();
      while (over <= i) std::this_thread::yield();
      wake_ups.push_back(duration_cast<microseconds>(ended[i] - written));
      round_trips.push_back(duration_cast<microseconds>(written - begin));
    }
    kplane::ManifestOptions force;
    force.force = true;
    const auto begin = Clock::now();
    const std::vector<kplane::Plane> others(planes.begin() + static_cast<std::ptrdiff_t>(one_by_one), planes.end());
    for (const kplane::ManifestResults& results : client.apply(others, job("done"), force)) {
      results.raise_if_failed();
    }
    while (over < count) std::this_thread::yield();
    all_together = Clock::now() - begin;
  });
  std::size_t next = 0;
  const auto results =
      client.wait_for(planes, {"v1", "configmaps", "default", "job"}, kplane::conditions::field("/data/phase", "done"),
                      std::chrono::minutes{2}, {}, [&](const kplane::WaitResult&) {
                        ended[next++] = Clock::now();
                        ++over;
                      });
  writer.join();
  for (const kplane::WaitResult& result : results) result.raise_if_failed();

  std::cout << "  " << count << " waits at once: " << memory << " MiB more, " << cpu_to_watch * 1000
            << " ms of CPU until all are watched\n"
            << "  over after the answer to the write that ends it: median " << at(wake_ups, 0.5).count() << " us, 99 % "
            << at(wake_ups, 0.99).count() << " us (the write takes " << at(round_trips, 0.5).count() << " us)\n"
            << "  " << count - one_by_one << " written and over in "
            << duration_cast<std::chrono::milliseconds>(all_together).count() << " ms\n";
  if (memory > 40) throw std::runtime_error("more than 40 MiB");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    allow_many_connections();
    run(argc > 1 ? std::stoul(argv[1]) : 1'000);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "kplane_waits_bench: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
