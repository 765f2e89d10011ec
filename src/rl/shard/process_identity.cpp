// A process ID counts within its PID namespace and until the machine starts again, and may be given to another process:
// only with all of these, and with the time at which the process began, does it name one process.
#include "rl/shard/process_identity.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

namespace kplane::rl::detail {

namespace {

/// What process IDs count within; empty: not known.
std::string pid_scope() {
  std::string boot;
  if (!std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot)) return {};
  std::array<char, 64> ns{};
  const ssize_t size = ::readlink("/proc/self/ns/pid", ns.data(), ns.size());
  return size > 0 ? boot + '/' + std::string(ns.data(), static_cast<std::size_t>(size)) : std::string();
}

/// When the process began, in clock ticks since the machine started; empty: there is no such process.
std::string start_time(long pid) {
  std::string stat;
  if (!std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/stat"), stat)) return {};
  const std::size_t end_of_name = stat.rfind(')');  // the name may hold anything
  if (end_of_name == std::string::npos) return {};
  std::istringstream fields(stat.substr(end_of_name + 1));
  std::string field;
  constexpr int fields_after_name = 20;
  for (int i = 0; i < fields_after_name; ++i) fields >> field;
  return field;
}

}  // namespace

std::string process_identity() {
  const std::string scope = pid_scope();
  if (scope.empty()) return {};
  return scope + '/' + std::to_string(::getpid()) + '/' + start_time(::getpid());
}

bool is_gone(const std::string& identity) {
  const std::string scope = pid_scope();
  if (scope.empty() || identity.rfind(scope + '/', 0) != 0) return false;
  const char* const begin = identity.data() + scope.size() + 1;
  const char* const end = identity.data() + identity.size();
  long pid = 0;
  const auto [after, error] = std::from_chars(begin, end, pid);
  if (error != std::errc() || after == end || *after != '/' || pid <= 0) return false;
  return start_time(pid) != std::string(after + 1, end);
}

}  // namespace kplane::rl::detail
