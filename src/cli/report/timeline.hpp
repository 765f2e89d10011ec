// Timelines: what happened in chosen episodes, step by step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kplane/diff.hpp>
#include <kplane/rl/recording.hpp>

#include "cli/report/flight.hpp"
#include "cli/report/sampling.hpp"

namespace kplane::cli::reporting {

/// A field of an object that was modified. Values are JSON text, shortened.
struct FieldChange {
  std::string pointer{};
  std::string before{};  ///< empty: there was none, or it is a Secret's
  std::string after{};   ///< as `before`
};

struct ObjectChange {
  ChangeType type = ChangeType::modified;
  std::string resource{};  ///< as kubectl names it: `deployments.apps`
  std::string name{};      ///< with its namespace, where it has one: `shop/web`
  std::vector<FieldChange> fields{};
  std::size_t more_fields = 0;  ///< that are not shown
};

struct TimelineStep {
  std::int64_t step = 0;
  std::string action{};
  std::optional<double> reward{};
  std::optional<double> elapsed_ms{};
  std::string error_kind{};  ///< empty: it did not fail
  std::string error_message{};
  std::vector<ObjectChange> changes{};  ///< since the step before
  std::size_t more_changes = 0;         ///< that are not shown
  std::string not_compared{};           ///< why there are no changes to show; empty: they were looked for
};

struct Timeline {
  ChosenEpisode chosen{};
  std::vector<TimelineStep> steps{};
  std::size_t left_out = 0;  ///< steps before the last ones
};

/// Reads those episodes again, and compares their states. Blocks; memory: a state for each episode that overlaps with
/// others, at most `state_bytes`.
/// @return in the order of `chosen` @throws rl::RecordingError
[[nodiscard]] std::vector<Timeline> read_timelines(const std::vector<rl::Recording>& recordings, const Flight& flight,
                                                   const std::vector<ChosenEpisode>& chosen, std::size_t state_bytes,
                                                   const Progress& progress);

}  // namespace kplane::cli::reporting
