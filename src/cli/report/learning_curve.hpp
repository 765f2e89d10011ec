// LearningCurve: how the returns of episodes went, with their spread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cli/report/flight.hpp"

namespace kplane::cli::reporting {

/// Episodes of neighbouring numbers.
struct CurvePoint {
  std::int64_t first_episode = 0;
  std::int64_t last_episode = 0;
  std::size_t episodes = 0;
  double mean = 0;
  double low = 0;   ///< the 10th percentile
  double high = 0;  ///< the 90th percentile
  double least = 0;
  double most = 0;
};

/// The returns (sums of rewards) of the episodes that have rewards, in at most 200 points.
struct LearningCurve {
  std::optional<std::uint32_t> recording{};  ///< none: all of them together
  std::size_t episodes = 0;
  std::vector<CurvePoint> points{};  ///< by episode number
};

/// One for each recording, and one for all of them where there are several.
[[nodiscard]] std::vector<LearningCurve> learning_curves(const Flight& flight);

}  // namespace kplane::cli::reporting
