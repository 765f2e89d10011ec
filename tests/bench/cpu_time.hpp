// The CPU time of the benchmarks' own process.
#pragma once

#include <sys/resource.h>

#include <stdexcept>

namespace kplane::bench {

/// User and system time of all its threads so far.
[[nodiscard]] inline double cpu_seconds() {
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) != 0) throw std::runtime_error("getrusage failed");
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace kplane::bench
