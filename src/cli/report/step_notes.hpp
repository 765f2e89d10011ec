// StepNotes: what a step's `info` says of how the step went.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kplane::cli::reporting {

/// The members of Step::info that a report knows: those that rl::step_info() writes.
struct StepNotes {
  std::optional<double> elapsed_ms{};
  std::string error_kind{};  ///< empty: the step did not fail
  std::string error_message{};
};

/// @param info JSON text of a recording, or anything else: what is not understood is left out
[[nodiscard]] StepNotes read_step_notes(std::string_view info);

}  // namespace kplane::cli::reporting
