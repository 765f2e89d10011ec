// Seeds planes with Client::apply. Usage as that of client_go/seed.go: kplane_seed_bench URL PREFIX PLANES CONFIGMAPS
// CONCURRENCY
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/manifest.hpp>

namespace {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

kplane::Manifests config_maps(int count) {
  kplane::Manifests all;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    all.add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings-)" + number +
            R"(","namespace":"default"},"data":{"key":"value-)" + number + R"(","mode":"training"}})");
  }
  return all;
}

std::vector<kplane::Plane> planes_of(const kplane::Client& client, const std::string& prefix, int count) {
  std::vector<kplane::Plane> planes;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    planes.push_back(client.plane(prefix + '-' + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number));
  }
  return planes;
}

int seed(char** words) {
  kplane::ClientOptions options;
  const char* token = std::getenv("KPLANE_TOKEN");
  if (token != nullptr) options.token = token;
  const kplane::Client client(words[1], options);
  const auto planes = planes_of(client, words[2], std::atoi(words[3]));
  const kplane::Manifests manifests = config_maps(std::atoi(words[4]));
  kplane::BatchOptions batch;
  batch.concurrency = static_cast<std::size_t>(std::atoi(words[5]));
  const auto begin = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const auto results = client.apply(planes, manifests, {}, batch);
  const double used = cpu_seconds() - cpu;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  for (const kplane::ManifestResults& result : results) {
    for (const kplane::ManifestResult& object : result) {
      if (object.outcome != kplane::ManifestOutcome::failed) continue;
      std::fprintf(stderr, "seed: %s: %s\n", object.manifest.name.c_str(), object.error->what());
      return 1;
    }
  }
  std::printf("%.6f %.6f\n", taken.count(), used);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fprintf(stderr, "usage: kplane_seed_bench URL PREFIX PLANES CONFIGMAPS CONCURRENCY\n");
    return 2;
  }
  try {
    return seed(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 1;
  }
}
