// Runs a program under ptrace, and kills it at one of its system calls.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "examples/program.hpp"

namespace kplane::tests {

/// Which system calls count.
enum class Calls {
  sends,  ///< what is written to the network
  all,    ///< every one after the first of those
};

struct TracedRun {
  std::size_t stops = 0;  ///< how often a counted call began or ended
  int exit_code = -1;     ///< 128 and the signal's number when a signal ended it
};

/// @param kill_at kills the program with SIGKILL at this stop, from 1: an odd one is the beginning of a call, before it
/// has any effect; the next is its end. 0: lets it run to its end.
/// @return nullopt when this system does not let a process trace another
[[nodiscard]] std::optional<TracedRun> run_traced(const std::string& path, const std::vector<std::string>& arguments,
                                                  const Environment& environment, Calls calls, std::size_t kill_at);

}  // namespace kplane::tests
