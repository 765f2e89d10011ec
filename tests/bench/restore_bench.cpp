// Episodes of four actions, and their restore: what one costs in requests and round trips, what a batch of planes gains
// over one plane after the other, and what the server keeps of a thousand of them. The server is a process of its own.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

namespace kplane::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* scenario_yaml = R"(
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {color: green}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
)";

/// A kplane-local of its own, by fork: what it keeps in memory is not the client's.
class ServerProcess {
 public:
  explicit ServerProcess(std::chrono::milliseconds latency) {
    std::array<int, 2> said{};
    if (::pipe(said.data()) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) serve(latency, said[1]);
    std::array<char, 512> text{};
    const auto size = ::read(said[0], text.data(), text.size());
    const std::string line(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    url = line.substr(0, line.find(' '));
    token = line.substr(line.find(' ') + 1);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] long resident_kilobytes() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmRSS:", 0) == 0) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    return 0;
  }

  std::string url;
  std::string token;

 private:
  [[noreturn]] static void serve(std::chrono::milliseconds latency, int out) {
    testing::LocalServerOptions options;
    options.latency = latency;
    const testing::LocalServer server(options);
    const std::string line = server.base_url() + ' ' + server.token();
    if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
    for (;;) ::pause();
  }

  pid_t pid_ = -1;
};

class Trainer {
 public:
  Trainer(const ServerProcess& server, int planes) : client_(server.url, options(server.token)) {
    for (int i = 0; i < planes; ++i) planes_.push_back(client_.plane("p" + std::to_string(i)));
    for (const Plane& plane : planes_) plane.wait_until_ready();
    for (const ManifestResults& results : client_.apply(planes_, scenario_)) results.raise_if_failed();
  }

  void play(const Plane& plane) const {
    plane.resource("apps/v1", "deployments").in("shop").scale("web", 9);
    plane.resource("v1", "configmaps").in("shop").remove("settings");
    plane.resource("v1", "services").in("shop").patch("web", PatchType::merge, R"({"spec":{"selector":{"app":"x"}}})");
    plane.resource("v1", "configmaps").in("shop").create(R"({"metadata":{"name":"left"},"data":{"a":"b"}})");
  }
  void play_all() const {
    for (const Plane& plane : planes_) play(plane);
  }

  [[nodiscard]] const Client& client() const { return client_; }
  [[nodiscard]] const std::vector<Plane>& planes() const { return planes_; }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  ClientOptions options(const std::string& token) {
    ClientOptions options;
    options.token = token;
    options.observer = [this](const RequestEvent&) { ++requests_; };
    return options;
  }

  std::atomic<int> requests_{0};
  const Manifests scenario_ = Manifests::from_yaml(scenario_yaml);
  Client client_;
  std::vector<Plane> planes_;
};

double milliseconds_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void raise_if_failed(const std::vector<RestoreResult>& results) {
  for (const RestoreResult& result : results) result.raise_if_failed();
}

void measure_one_plane(const Trainer& trainer, const Baseline& baseline) {
  const Plane& plane = trainer.planes().front();
  std::vector<double> trip;
  std::vector<double> whole;
  int requests = 0;
  for (int i = 0; i < 20; ++i) {
    trainer.play(plane);
    trip.push_back(milliseconds_of([&] { static_cast<void>(plane.is_ready()); }));
    const int before = trainer.requests();
    whole.push_back(milliseconds_of([&] { plane.restore(baseline); }));
    requests = trainer.requests() - before;
  }
  std::printf("  one plane after four actions: %d requests, %.1f ms, %.1f round trips of %.1f ms\n", requests,
              median(whole), median(whole) / median(trip), median(trip));
}

void measure_batch(const Trainer& trainer, const Baseline& baseline) {
  trainer.play_all();
  const double one_by_one = milliseconds_of([&] {
    for (const Plane& plane : trainer.planes()) plane.restore(baseline);
  });
  trainer.play_all();
  const double batch = milliseconds_of([&] { raise_if_failed(trainer.client().restore(trainer.planes(), baseline)); });
  std::printf("  %zu planes: %.0f ms one after the other, %.0f ms as a batch: %.1f times faster\n",
              trainer.planes().size(), one_by_one, batch, one_by_one / batch);
}

void measure_memory(int planes, int episodes) {
  const ServerProcess server(std::chrono::milliseconds{0});
  const Trainer trainer(server, planes);
  const Baseline baseline = trainer.planes().front().baseline();
  const int step = std::max(episodes / 10, 1);
  std::printf("  %d episodes on %d planes, MB in the server:", episodes, planes);
  const double all = milliseconds_of([&] {
    for (int i = 0; i <= episodes; ++i) {
      if (i % step == 0) std::printf(" %.1f", static_cast<double>(server.resident_kilobytes()) / 1024.0);
      std::fflush(stdout);
      trainer.play_all();
      raise_if_failed(trainer.client().restore(trainer.planes(), baseline));
    }
  });
  std::printf("; %.0f episodes of a plane a second\n", episodes * planes / all * 1e3);
}

}  // namespace
}  // namespace kplane::bench

int main(int count, char** arguments) {
  using namespace kplane::bench;
  const int episodes = count > 1 ? std::atoi(arguments[1]) : 100;
  constexpr int planes = 64;
  {
    const ServerProcess server(std::chrono::milliseconds{20});
    const Trainer trainer(server, planes);
    const kplane::Baseline baseline = trainer.planes().front().baseline();
    std::printf("Restoring planes, 20 ms of latency\n");
    measure_one_plane(trainer, baseline);
    measure_batch(trainer, baseline);
  }
  std::printf("Memory of reused planes\n");
  measure_memory(planes, episodes);
  return 0;
}
