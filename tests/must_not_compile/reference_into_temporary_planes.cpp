// A reference to an element of a Vector that nobody keeps would dangle.
#include <kplane/fleet.hpp>

auto first_of(const kplane::Fleet& fleet) { return fleet.planes().front(); }
#ifdef KPLANE_MUST_NOT_COMPILE
kplane::Plane& dangling(const kplane::Fleet& fleet) { return fleet.planes().front(); }
#endif
