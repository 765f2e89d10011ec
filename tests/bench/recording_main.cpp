// kplane_recording_bench: what recording costs a rollout, how much room states take, and how fast they are replayed,
// each beside the same work without a recording. The server is that of KPLANE_HOST; tests/bench/recording.py starts
// one.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "support/temporary_directory.hpp"

namespace kplane::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int deployment_count = 5;
constexpr int pod_count = 50;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string pod(int number) {
  const std::string name = "web-" + std::to_string(number % deployment_count) + "-" + std::to_string(number);
  return R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
         R"(","namespace":"default","labels":{"app":"web"}},)"
         R"("spec":{"containers":[{"name":"web","image":"registry.example/web:1.2.3","ports":[{"containerPort":8080}],)"
         R"("env":[{"name":"MODE","value":"production"},{"name":"UPSTREAM","value":"http://api.default.svc:8080"}],)"
         R"("resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"1","memory":"512Mi"}},)"
         R"("readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5}}]}})";
}

std::string deployment(int number) {
  const std::string name = "web-" + std::to_string(number);
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + name +
         R"(","namespace":"default"},)"
         R"("spec":{"replicas":1,"selector":{"matchLabels":{"app":")" +
         name + R"("}},"template":{"metadata":{"labels":{"app":")" + name +
         R"("}},"spec":{"containers":[{"name":"web","image":"registry.example/web:1.2.3"}]}}}})";
}

Manifests scenario() {
  Manifests manifests;
  manifests.add(R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default"}})");
  for (int i = 0; i < deployment_count; ++i) manifests.add(deployment(i));
  for (int i = 0; i < pod_count; ++i) manifests.add(pod(i));
  return manifests;
}

/// What a trainer might want of a state: a sum over all pods and deployments.
double score(const Snapshot& state) {
  double sum = 0;
  if (const SnapshotResource* pods = state.by_resource("pods")) {
    for (const Object& object : pods->items)
      sum += object.get<std::string_view>("/status/phase") == "Running" ? 1.0 : 0.1;
  }
  if (const SnapshotResource* deployments = state.by_resource("deployments")) {
    for (const Object& object : deployments->items) sum += 0.3 * object.get<double>("/spec/replicas").value_or(0);
  }
  return sum;
}

struct Rollout {
  std::vector<Plane> planes;
  StateOptions options;
  std::int64_t step = 0;

  /// One patch and one state for each plane. @return steps in a second
  double run(int rounds, rl::Recorder* recorder) {
    const auto begin = Clock::now();
    for (int round = 0; round < rounds; ++round, ++step) {
      for (const Plane& plane : planes) one_step(plane, recorder);
    }
    return static_cast<double>(rounds) * static_cast<double>(planes.size()) / seconds_since(begin);
  }

  void one_step(const Plane& plane, rl::Recorder* recorder) const {
    const std::string patch = R"({"spec":{"replicas":)" + std::to_string(step % 7) + "}}";
    const std::string name = "web-" + std::to_string(step % deployment_count);
    static_cast<void>(plane.resource("apps/v1", "deployments").in("default").patch(name, PatchType::merge, patch));
    rl::Step made;
    made.state = plane.state(options);
    made.reward = score(made.state);
    if (recorder == nullptr) return;
    made.step = step;
    made.action = patch;
    recorder->append(made);
  }
};

void show_cost(Rollout rollout, const std::string& path, int rounds) {
  rollout.options.resources = {"pods", "deployments"};
  static_cast<void>(rollout.run(2, nullptr));
  rl::Recorder recorder(path);
  std::vector<double> without;
  std::vector<double> with;
  for (int i = 0; i < 9; ++i) {
    without.push_back(rollout.run(rounds, nullptr));
    with.push_back(rollout.run(rounds, &recorder));
  }
  const Snapshot last = rollout.planes[0].state(rollout.options);
  std::printf(
      "  rollout steps (a patch, a state of two types of %zu kB, a score), one thread, median of 9 rounds each:\n",
      last.raw().size() / 1'000);
  std::printf("    not recorded %7.0f a second\n    recorded     %7.0f a second (%.1f %% fewer)\n", median(without),
              median(with), 100 * (1 - median(with) / median(without)));
}

void show_room_and_speed(Rollout rollout, const std::string& path, int rounds) {
  std::uint64_t bytes = 0;
  double live = 0;
  double recording = 0;
  double sum = 0;
  std::size_t objects = 0;
  std::uint64_t steps = 0;
  {
    rl::Recorder recorder(path);
    for (int round = 0; round < rounds; ++round, ++rollout.step) {
      for (const Plane& plane : rollout.planes) {
        rollout.one_step(plane, nullptr);
        rl::Step made;
        auto begin = Clock::now();
        made.state = plane.state();
        objects += made.state.total_items();
        live += seconds_since(begin);
        sum += score(made.state);
        bytes += made.state.raw().size();
        begin = Clock::now();
        recorder.append(made);
        recording += seconds_since(begin);
        ++steps;
      }
    }
  }
  const auto begin = Clock::now();
  std::size_t replayed_objects = 0;
  rl::Replay replay(path);
  for (const rl::Step& step : replay) replayed_objects += step.state.total_items();
  const double replayed = seconds_since(begin);
  double replayed_sum = 0;
  rl::Replay again(path);
  for (const rl::Step& step : again) replayed_sum += score(step.state);
  const auto file_bytes = static_cast<double>(std::filesystem::file_size(path));
  const auto count = static_cast<double>(steps);
  std::printf("  whole states, %.0f of %zu planes: %.1f MB, in the file %.2f MB (1/%.0f); append() %.0f us each\n",
              count, rollout.planes.size(), static_cast<double>(bytes) / 1e6, file_bytes / 1e6,
              static_cast<double>(bytes) / file_bytes, 1e6 * recording / count);
  std::printf("    read live %7.0f a second\n    replayed  %7.0f a second (%.1f times)\n", count / live,
              count / replayed, live / replayed);
  if (sum != replayed_sum || objects != replayed_objects) std::printf("    the states differ\n");
}

int run(int planes, int rounds) {
  const tests::TemporaryDirectory directory;
  const Client client = Client::from_env();
  Rollout rollout;
  for (int i = 0; i < planes; ++i) rollout.planes.push_back(client.plane("bench-" + std::to_string(i)));
  for (const Plane& plane : rollout.planes) plane.wait_until_ready();
  for (const ManifestResults& results : client.apply(rollout.planes, scenario())) results.raise_if_failed();
  show_cost(rollout, (directory.path() / "cost").string(), rounds);
  show_room_and_speed(rollout, (directory.path() / "room").string(), rounds);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace kplane::bench

int main(int argc, char** argv) {
  const int planes = argc > 1 ? std::atoi(argv[1]) : 64;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 16;
  try {
    return kplane::bench::run(std::max(planes, 1), std::max(rounds, 1));
  } catch (const kplane::Error& error) {
    std::fprintf(stderr, "kplane_recording_bench: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
