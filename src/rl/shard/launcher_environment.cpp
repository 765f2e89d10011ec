#include "rl/shard/launcher_environment.hpp"

#include <cstdlib>

namespace kplane::rl::detail {

namespace {

/// One step of one allocation; a job that was requeued is another launch.
std::string slurm_step() {
  const std::string job = variable("SLURM_JOB_ID");
  if (job.empty()) return {};
  return "slurm/" + job + '/' + variable("SLURM_STEP_ID") + '/' + variable("SLURM_RESTART_COUNT");
}

/// `none` is what torchrun says where it was not told, which all launches of all users then have.
std::string torchrun_job() {
  const std::string id = variable("TORCHELASTIC_RUN_ID");
  if (id.empty() || id == "none") return {};
  return "torchrun/" + id;
}

std::string pmix_job() {
  const std::string space = variable("PMIX_NAMESPACE");
  if (space.empty()) return {};
  // Open MPI 4 draws its namespaces from 16 bits, and this from 128.
  return "pmix/" + space + '/' + variable("OMPI_MCA_orte_precondition_transports");
}

}  // namespace

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string launch_id() {
  if (std::string id = variable("KPLANE_RUN_ID"); !id.empty()) return id;
  if (std::string id = pmix_job(); !id.empty()) return id;
  if (std::string id = torchrun_job(); !id.empty()) return id;
  return slurm_step();
}

}  // namespace kplane::rl::detail
