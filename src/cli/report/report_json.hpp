// report_json(): what a report shows, as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <kplane/rl/recording.hpp>

#include "cli/report/flight.hpp"
#include "cli/report/timeline.hpp"

namespace kplane::cli::reporting {

/// What a report is made of. A view: what it refers to must outlive it.
struct ReportParts {
  const std::string& title;
  const std::vector<std::string>& labels;  ///< of the recordings
  const std::vector<rl::Recording>& recordings;
  const Flight& flight;
  const std::vector<std::uint32_t>& planes;  ///< those of the heat map, in Flight::planes
  const std::vector<Timeline>& timelines;
  std::size_t timeline_bytes;  ///< timelines from there on are left out
};

/// docs/report.md says what stands in it.
[[nodiscard]] std::string report_json(const ReportParts& parts);

}  // namespace kplane::cli::reporting
