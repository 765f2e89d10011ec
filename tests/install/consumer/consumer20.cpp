// A C++20 user of an installed kplane: the tour of the public face, against a server in this process.
#include <cstddef>
#include <cstdio>
#include <exception>
#include <string_view>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#if __has_include(<nlohmann/json.hpp>)
#include <kplane/json.hpp>
#endif

using namespace std::chrono_literals;

namespace {

double score(const kplane::Snapshot& snapshot) { return static_cast<double>(snapshot.total_items()); }

void print_pods(const kplane::Snapshot& snap) {
  std::printf("%s: %lld live types, %zu objects\n", snap.cluster.c_str(), static_cast<long long>(snap.live_resources),
              snap.total_items());
  const auto* pods = snap.by_resource("pods");
  if (pods == nullptr) return;
  for (const kplane::Object& pod : pods->items) {
    const auto phase = pod.get<std::string_view>("/status/phase").value_or("unknown");
    std::printf("%.*s %.*s\n", static_cast<int>(pod.name().size()), pod.name().data(), static_cast<int>(phase.size()),
                phase.data());
#if __has_include(<nlohmann/json.hpp>)
    std::printf("%s\n", pod.json().dump().c_str());
#endif
  }
}

int use(const kplane::testing::LocalServer& server) {
  kplane::Client client{server.base_url(), {.token = server.token(), .verify_tls = false}};
  client.wait_until_ready(30s);

  kplane::Snapshot snap = client.plane("team-alpha").state({.warm = true});
  print_pods(snap);

  double total = 0;
  std::size_t read = 0;
  {
    auto fleet = client.ephemeral_fleet("rl-rollout", {.replicas = 4});
    fleet.wait_until_ready(120s);
    for (const kplane::Plane& plane : fleet.planes()) total += score(plane.state());
    for (const kplane::StateResult& r : fleet.states()) {
      if (!r) r.error().raise();
      total += score(*r);
      ++read;
    }
  }
  std::printf("%zu planes, %.0f objects in two readings\n", read, total);
  return read == 4 && total > 0 && client.list_fleets().empty() ? 0 : 1;
}

}  // namespace

int main() {
  try {
    const kplane::testing::LocalServer server{{.tls = true}};
    return use(server);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
