// What a step changed in its plane.
#pragma once

#include "cli/report/timeline.hpp"

namespace kplane::cli::reporting {

/// Compares the states of two steps. Values of Secrets are left out. Notes it in the step, also where they cannot be
/// compared.
void add_changes(TimelineStep& step, const Snapshot& before, const Snapshot& after);

}  // namespace kplane::cli::reporting
