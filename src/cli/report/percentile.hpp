#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace kplane::cli::reporting {

/// The nearest-rank percentile. @param sorted not empty @param share from 0 to 1
template <class Number>
[[nodiscard]] Number percentile(const std::vector<Number>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(share * last))];
}

}  // namespace kplane::cli::reporting
