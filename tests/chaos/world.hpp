// A server, a FaultProxy before it, and Programs on its planes: from the start to the last look.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chaos/fault_proxy.hpp"
#include "chaos/findings.hpp"

namespace kplane::tests {

struct WorldOptions {
  std::uint64_t seed = 1;
  int threads = 1;                         ///< each runs a Program of its own
  int steps = 60;                          ///< calls of each
  double chance = 0.2;                     ///< of a fault, for each request
  bool perturbs = false;                   ///< lets threads meet in unusual orders
  bool steps_clock = false;                ///< the clock of the day jumps meanwhile
  bool loses_objects = false;              ///< the server is replaced by an empty one half-way
  bool is_limited = false;                 ///< files or memory: calls may fail without a fault
  bool tls = false;                        ///< between the client and the proxy
  std::chrono::milliseconds timeout{600};  ///< of a call
};

struct WorldResult {
  std::vector<std::string> problems{};  ///< empty: all holds
  FaultCounts faults{};
  std::map<std::string, OperationCounts> operations{};
  std::uint64_t requests = 0;
};

/// Runs it to its end, and looks for descriptors and threads that are left.
[[nodiscard]] WorldResult run_world(const WorldOptions& options);

/// The arguments of the soak program for the same run.
[[nodiscard]] std::string arguments_of(const WorldOptions& options);

}  // namespace kplane::tests
