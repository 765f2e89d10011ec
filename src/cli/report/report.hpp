// The report on recordings: what it shows, as JSON, and as a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/rl/recording.hpp>

#include "cli/report/flight.hpp"

namespace kplane::cli::reporting {

struct ReportOptions {
  std::string title{};                                  ///< empty: made of the labels
  std::vector<std::string> labels{};                    ///< of the recordings, for people; empty: made of their paths
  std::size_t timelines = 300;                          ///< episodes that are shown step by step, at most
  std::size_t planes = 200;                             ///< rows of the heat map, at most
  std::size_t timeline_bytes = std::size_t{12} << 20U;  ///< of the timelines as JSON, at most
  std::size_t state_bytes = std::size_t{512} << 20U;    ///< of states that are kept to compare others with
};

/// A report, not yet written.
struct Report {
  std::string title{};
  std::string json{};  ///< all that is shown; written by JsonWriter, so that it may stand in HTML
};

/// Reads each step of the recordings once, and those of the timelines again. Blocks. @throws rl::RecordingError;
/// ConfigError when there are not as many labels as recordings
[[nodiscard]] Report make_report(const std::vector<rl::Recording>& recordings, const ReportOptions& options,
                                 const Progress& progress);

/// The names of the files, as short as tells them apart.
[[nodiscard]] std::vector<std::string> labels_of(const std::vector<rl::Recording>& recordings);

}  // namespace kplane::cli::reporting
