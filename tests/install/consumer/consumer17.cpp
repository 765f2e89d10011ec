// A C++17 user of an installed kplane: what consumer20.cpp does, without designated initialisers.
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

namespace {

kplane::Client connect(const kplane::testing::LocalServer& server) {
  kplane::ClientOptions options;
  options.token = server.token();
  kplane::Client client(server.base_url(), options);
  client.wait_until_ready(std::chrono::seconds(30));
  return client;
}

std::size_t read_fleet(const kplane::Client& client) {
  kplane::FleetSpec spec;
  spec.replicas = 4;
  auto fleet = client.ephemeral_fleet("rl-rollout", spec);
  fleet.wait_until_ready(std::chrono::seconds(120));
  std::size_t items = 0;
  for (const auto& result : fleet.states()) items += result->total_items();
  return items;
}

// The type of an exception must be recognised across the library's border.
bool error_is_caught(const kplane::Client& client) {
  try {
    (void)client.get_fleet("absent");
  } catch (const kplane::NotFound& error) {
    return error.status() == 404;
  }
  return false;
}

int use(const kplane::testing::LocalServer& server) {
  const kplane::Client client = connect(server);

  kplane::StateOptions options;
  options.warm = true;
  const kplane::Snapshot snap = client.plane("team-alpha").state(options);
  const auto* namespaces = snap.by_resource("namespaces", "");
  std::printf("%s: %zu objects\n", snap.cluster.c_str(), snap.total_items());

  if (kplane::rl::version() != kplane::version()) return 1;
  return namespaces != nullptr && read_fleet(client) > 0 && error_is_caught(client) ? 0 : 1;
}

}  // namespace

int main() {
  try {
    const kplane::testing::LocalServer server;
    return use(server);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
