// What the process holds: descriptors, threads and memory.
#pragma once

#include <malloc.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace kplane::tests {

[[nodiscard]] inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all))) - 1;  // but that of the directory
}

[[nodiscard]] inline std::size_t running_threads() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

[[nodiscard]] inline std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  std::size_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The most that the process has ever had, in bytes, whether it was touched or not.
[[nodiscard]] inline std::size_t peak_address_space() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kilobytes = 0;
  while (word != "VmPeak:" && status >> word) continue;
  status >> kilobytes;
  return kilobytes << 10U;
}

/// What malloc gave out and has not got back; unlike resident memory, it does not depend on which threads shared an
/// arena. 0 with a C library that does not tell it.
[[nodiscard]] inline std::size_t allocated_bytes() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KPLANE_TESTS_ARE_SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KPLANE_TESTS_ARE_SANITIZED true
#endif
#ifndef KPLANE_TESTS_ARE_SANITIZED
#define KPLANE_TESTS_ARE_SANITIZED false
#endif

/// Whether a sanitizer takes memory for itself, some 300 kB for each thread.
inline constexpr bool is_sanitized = KPLANE_TESTS_ARE_SANITIZED;

}  // namespace kplane::tests
