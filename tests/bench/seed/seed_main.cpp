// Seeds planes with Client::apply. See order.hpp for its arguments.
#include <vector>

#include <kplane/client.hpp>
#include <kplane/manifest.hpp>

#include "seed/order.hpp"

namespace kplane::bench {
namespace {

int seed(const Order& order) {
  ClientOptions options;
  options.token = order.token;
  options.max_connections = order.concurrency;
  const Client client(order.url, options);
  std::vector<Plane> planes;
  for (int i = 0; i < order.planes; ++i) planes.push_back(client.plane(name_of_plane(order, i)));
  Manifests manifests;
  for (int i = 0; i < order.config_maps; ++i) manifests.add(config_map(i));
  BatchOptions batch;
  batch.concurrency = order.concurrency;
  batch.threads = order.threads;
  return measure([&] {
    for (const ManifestResults& result : client.apply(planes, manifests, {}, batch)) {
      for (const ManifestResult& object : result) {
        if (object.error) object.error->raise();
      }
    }
  });
}

}  // namespace
}  // namespace kplane::bench

int main(int count, char** words) {
  try {
    return kplane::bench::seed(kplane::bench::order_of(count, words));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 2;
  }
}
