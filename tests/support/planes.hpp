// Planes p0, p1, … of a client, and which of them a request is about.
#pragma once

#include <kplane/client.hpp>

#include <string>
#include <vector>

namespace kplane::tests {

[[nodiscard]] inline std::vector<Plane> planes_of(const Client& client, int count) {
  std::vector<Plane> planes;
  for (int i = 0; i < count; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  return planes;
}

[[nodiscard]] inline std::string cluster_of(const std::string& request) {
  const auto begin = request.find("/clusters/") + 10;
  return request.substr(begin, request.find('/', begin) - begin);
}

}  // namespace kplane::tests
