// Readiness of planes.
#include "readiness.hpp"

namespace kplane::testing::server {
namespace {

constexpr const char kBootstrapping[] =
    "[+]ping ok\n"
    "[+]etcd ok\n"
    "[-]poststarthook/bootstrap-controller failed: reason withheld\n"
    "[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\n"
    "readyz check failed\n";

}  // namespace

std::string readiness_problem(Plane& plane, const PlaneScript& script) {
  if (!plane.bootstrap_if_due(Clock::now())) return "the system objects are not there yet";
  return script.unready_message(plane.cluster());
}

Answer answer_readyz(Plane& plane, const PlaneScript& script) {
  if (!plane.bootstrap_if_due(Clock::now())) return {500, kBootstrapping, kTextType};
  const std::string message = script.unready_message(plane.cluster());
  if (!message.empty()) return {500, message, kTextType};
  return {200, "ok", kTextType};
}

}  // namespace kplane::testing::server
