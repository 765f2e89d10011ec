// The doctor: what stands between this machine and a working trainer, check by check.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cli/doctor/finding.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

struct DoctorOptions {
  std::string plane{};                        ///< empty: the one that the server's address names, or none
  std::chrono::milliseconds deadline{5'000};  ///< of each check
};

struct CheckResult {
  std::string name{};
  Finding finding{};
  std::chrono::milliseconds elapsed{0};
};

/// Hears of each check: of its name before it runs, and of what it found.
struct DoctorListener {
  std::function<void(const std::string& name)> begins{};
  std::function<void(const CheckResult& result)> ends{};
};

/// Runs all checks, whatever becomes of each; one that another one makes pointless is skipped. Writes nothing to any
/// plane; a plane that is named and does not exist is made by the server, as on every first access.
/// @throws StoppedError
std::vector<CheckResult> examine(const Session& session, const DoctorOptions& options, const DoctorListener& listener);

/// The names of the checks, in their order: they are stable.
[[nodiscard]] std::vector<std::string> check_names();

}  // namespace kplane::cli
