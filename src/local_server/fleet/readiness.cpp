#include "local_server/fleet/readiness.hpp"

namespace kplane::testing::server {

std::string readiness_problem(const Plane& plane, const PlaneScript& script) {
  return script.unready_message(plane.cluster());
}

Answer answer_readyz(const Plane& plane, const PlaneScript& script) {
  const std::string message = script.unready_message(plane.cluster());
  if (!message.empty()) return {500, message, kTextType};
  return {200, "ok", kTextType};
}

}  // namespace kplane::testing::server
