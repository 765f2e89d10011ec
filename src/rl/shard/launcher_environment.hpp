// What launchers of processes (MPI, SLURM, Kubernetes, torchrun) put into the environment.
#pragma once

#include <string>

namespace kplane::rl::detail {

/// The value of an environment variable; empty: it is unset, or set to nothing.
[[nodiscard]] std::string variable(const char* name);

/// A text that is the same in all processes of a launch, and another one in other launches; empty: no launcher says.
[[nodiscard]] std::string launch_id();

}  // namespace kplane::rl::detail
