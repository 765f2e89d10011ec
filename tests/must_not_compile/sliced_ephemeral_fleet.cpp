// A Fleet made of an EphemeralFleet would be removed under whoever holds it.
#include <kplane/ephemeral_fleet.hpp>

kplane::Fleet released(kplane::EphemeralFleet& fleet) { return fleet.release(); }
#ifdef KPLANE_MUST_NOT_COMPILE
kplane::Fleet sliced(kplane::EphemeralFleet& fleet) {
  kplane::Fleet copy = fleet;
  return copy;
}
#endif
