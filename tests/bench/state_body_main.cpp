// kplane_state_body: prints a state body for a web server to serve.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "support/bodies.hpp"

int main(int argc, char** argv) {
  using namespace kplane::tests;
  const std::map<std::string, Workload> planes{
      {"fresh", fresh_plane}, {"rollout", rollout_plane}, {"large", large_plane}};
  const auto plane = planes.find(argc == 2 ? argv[1] : "");
  if (plane == planes.end()) {
    std::cerr << "usage: kplane_state_body fresh|rollout|large\n";
    return EXIT_FAILURE;
  }
  std::cout << make_state_body(plane->first, plane->second) << std::flush;
  return std::cout ? EXIT_SUCCESS : EXIT_FAILURE;
}
