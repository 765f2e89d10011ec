// Findings: what went wrong in a run, and what its calls came to.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "chaos/plane_model.hpp"
#include "chaos/planted_secrets.hpp"

namespace kplane::tests {

struct OperationCounts {
  std::uint64_t done = 0;
  std::uint64_t not_done = 0;                                                   ///< failed with an error that says so
  std::uint64_t unknown = 0;                                                    ///< failed with any other error
  std::chrono::microseconds longest_overrun{std::chrono::microseconds::min()};  ///< beyond the call's deadline
};

/// Thread safety: every member may be called from any thread.
class Findings {
 public:
  void add_problem(std::string problem) {
    const std::lock_guard lock(mutex_);
    problems_.push_back(std::move(problem));
  }
  void add_problems(const std::vector<std::string>& problems, const std::string& found_by) {
    for (const std::string& problem : problems) add_problem(found_by + ": " + problem);
  }
  /// Text that somebody may see or keep: an error, an event, a part of a file.
  template <class Text>
  void add_shown(const Text& text, const std::string& where) {
    if (planted::is_in(text)) add_problem(where + ": it shows a secret");
  }
  void add_call(const std::string& operation, Fate fate, std::chrono::microseconds overrun) {
    const std::lock_guard lock(mutex_);
    OperationCounts& counts = operations_[operation];
    ++(fate == Fate::done ? counts.done : fate == Fate::not_done ? counts.not_done : counts.unknown);
    counts.longest_overrun = std::max(counts.longest_overrun, overrun);
  }

  [[nodiscard]] std::vector<std::string> problems() const {
    const std::lock_guard lock(mutex_);
    return problems_;
  }
  [[nodiscard]] std::map<std::string, OperationCounts> operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> problems_;
  std::map<std::string, OperationCounts> operations_;
};

}  // namespace kplane::tests
