#include "rl/run/purge.hpp"

#include <chrono>

#include <kplane/error.hpp>
#include <kplane/restore_options.hpp>
#include <kplane/restore_result.hpp>

namespace kplane::rl {

namespace {

constexpr std::chrono::milliseconds informer_lag{200};  // an agent may have written until a moment ago

}  // namespace

std::vector<PurgeOutcome> purge(const Client& client, const std::vector<Plane>& planes, const StopToken& stop) {
  PurgeOptions options;
  options.quiet = informer_lag;
  options.stop = stop;
  std::vector<PurgeOutcome> outcomes;
  for (const RestoreResult& result : client.purge(planes, options)) {
    outcomes.push_back({result.plane().cluster(), result ? std::string() : result.error().what()});
  }
  return outcomes;
}

}  // namespace kplane::rl
