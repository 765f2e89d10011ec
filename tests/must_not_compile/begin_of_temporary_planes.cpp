// An iterator into planes that nobody keeps would dangle.
#include <kplane/fleet.hpp>

auto first(const kplane::Fleet& fleet) { return fleet.planes()[0]; }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling(const kplane::Fleet& fleet) { return fleet.planes().begin(); }
#endif
