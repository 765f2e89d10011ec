#include "cli/report/time_histogram.hpp"

namespace kplane::cli::reporting {

void TimeHistogram::add(std::uint64_t second) {
  while (second / bin_seconds_ >= most_bins) double_width();
  const std::uint64_t bin = second / bin_seconds_;
  if (bin >= counts_.size()) counts_.resize(bin + 1);
  ++counts_[bin];
}

void TimeHistogram::widen(std::uint64_t bin_seconds) {
  while (bin_seconds_ < bin_seconds) double_width();
}

void TimeHistogram::double_width() {
  bin_seconds_ *= 2;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const std::uint64_t count = counts_[i];
    counts_[i] = 0;
    counts_[i / 2] += count;
  }
  counts_.resize((counts_.size() + 1) / 2);
}

}  // namespace kplane::cli::reporting
