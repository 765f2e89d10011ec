// A progress bar on standard error, for people only.
#pragma once

#include <cstdint>
#include <iostream>
#include <string>

#include <unistd.h>

namespace rollout {

/// One line that is drawn over and over, and ended by the destructor. Silent unless standard error is a terminal.
class ProgressBar {
 public:
  ProgressBar() = default;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() {
    if (is_drawn_) std::cerr << '\n';
  }

  void draw(std::int32_t done, std::int32_t wanted) {
    if (!is_terminal_ || wanted <= 0) return;
    constexpr int kWidth = 40;
    const auto filled = static_cast<std::size_t>(std::int64_t{kWidth} * done / wanted);
    std::string bar(filled, '#');
    bar.resize(kWidth, '.');
    std::cerr << "\r[" << bar << "] " << done << " of " << wanted << " planes ready" << std::flush;
    is_drawn_ = true;
  }

 private:
  bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool is_drawn_ = false;
};

}  // namespace rollout
