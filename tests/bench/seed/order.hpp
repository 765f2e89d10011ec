// What the programs of this folder are told to do, and what they print.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include "cpu_time.hpp"

namespace kplane::bench {

/// URL PREFIX PLANES CONFIGMAPS CONCURRENCY [THREADS]; the token is in KPLANE_TOKEN.
struct Order {
  std::string url;
  std::string prefix;  ///< of the planes' names
  int planes;
  int config_maps;  ///< for each plane
  std::size_t concurrency;
  std::size_t threads;
  std::string token;
};

[[nodiscard]] inline Order order_of(int count, char** words) {
  if (count != 6 && count != 7) throw std::invalid_argument("URL PREFIX PLANES CONFIGMAPS CONCURRENCY [THREADS]");
  const char* token = std::getenv("KPLANE_TOKEN");
  return {words[1],
          words[2],
          std::stoi(words[3]),
          std::stoi(words[4]),
          std::stoul(words[5]),
          count == 7 ? std::stoul(words[6]) : 1,
          token == nullptr ? "" : token};
}

[[nodiscard]] inline std::string name_of_plane(const Order& order, int index) {
  const std::string number = std::to_string(index);
  return order.prefix + '-' + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number;
}

[[nodiscard]] inline std::string config_map(int index) {
  const std::string number = std::to_string(index);
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings-)" + number +
         R"(","namespace":"default"},"data":{"key":"value-)" + number + R"(","mode":"training"}})";
}

/// Prints the seconds, and the seconds of CPU time, that `seed` takes. @return the program's exit status
template <class Seed>
[[nodiscard]] int measure(const Seed& seed) {
  try {
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    seed();
    const double used = cpu_seconds() - cpu;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::printf("%.6f %.6f\n", taken.count(), used);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 1;
  }
}

}  // namespace kplane::bench
