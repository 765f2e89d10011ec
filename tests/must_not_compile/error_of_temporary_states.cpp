// The error of a result that nobody keeps would dangle.
#include <string>

#include <kplane/fleet.hpp>

std::string why(const kplane::Fleet& fleet) {
  const auto states = fleet.states();
  return states[0].error().what();
}
#ifdef KPLANE_MUST_NOT_COMPILE
const kplane::Error& dangling(const kplane::Fleet& fleet) { return fleet.states()[0].error(); }
#endif
