// TimeHistogram: counts by time, coarser the longer the time is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kplane::cli::reporting {

/// Counts events by seconds, in at most `most_bins` bins of one width, which doubles when the events do not fit.
class TimeHistogram {
 public:
  static constexpr std::size_t most_bins = 240;

  /// @param second from 0 on
  void add(std::uint64_t second);
  /// Makes the bins at least so wide, a power of two.
  void widen(std::uint64_t bin_seconds);

  [[nodiscard]] std::uint64_t bin_seconds() const noexcept { return bin_seconds_; }
  [[nodiscard]] const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }

 private:
  void double_width();

  std::uint64_t bin_seconds_ = 1;
  std::vector<std::uint64_t> counts_;
};

}  // namespace kplane::cli::reporting
