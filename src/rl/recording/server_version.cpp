#include <string>

#include <kplane/error.hpp>
#include <kplane/rl/recorder.hpp>

namespace kplane::rl {

std::string server_version(const Plane& plane) {
  Request request;
  request.path = "/version";
  const auto version = plane.request(request).object().get<std::string>("/gitVersion");
  if (!version) throw DecodeError("GET /version: the answer has no gitVersion", 0);
  return *version;
}

}  // namespace kplane::rl
