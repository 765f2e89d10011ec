// LauncherVariables: the environment that a launcher of processes makes.
#pragma once

#include <cstdlib>
#include <map>
#include <set>
#include <string>

namespace kplane::tests {

/// Sets variables for as long as it lives; those of launchers that are not named are unset.
class LauncherVariables {
 public:
  explicit LauncherVariables(const std::map<std::string, std::string>& values) {
    for (const char* name :
         {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "RANK", "WORLD_SIZE", "SLURM_PROCID",
          "SLURM_NTASKS", "JOB_COMPLETION_INDEX", "KPLANE_SHARD_RANK", "KPLANE_SHARD_SIZE", "KPLANE_RUN_ID",
          "PMIX_NAMESPACE", "OMPI_MCA_orte_precondition_transports", "SLURM_JOB_ID", "SLURM_STEP_ID",
          "SLURM_RESTART_COUNT", "TORCHELASTIC_RUN_ID"}) {
      const char* const before = std::getenv(name);
      if (before != nullptr) before_[name] = before;
      ::unsetenv(name);
      names_.insert(name);
    }
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  LauncherVariables(const LauncherVariables&) = delete;
  LauncherVariables& operator=(const LauncherVariables&) = delete;
  ~LauncherVariables() {
    for (const std::string& name : names_) ::unsetenv(name.c_str());
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::set<std::string> names_;
  std::map<std::string, std::string> before_;
};

}  // namespace kplane::tests
