#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace kplane::cli {

/// One line of a terminal that is written again and again, and is gone at the end. Not thread-safe.
class ProgressBar {
 public:
  /// @param shown false: writes nothing, as where the output is no terminal
  ProgressBar(std::ostream& out, bool shown, std::string what);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  void update(std::size_t done, std::size_t all);

 private:
  std::ostream& out_;
  bool shown_;
  std::string what_;
};

}  // namespace kplane::cli
