// An assignment slices too.
#include <kplane/ephemeral_fleet.hpp>

void released(kplane::Fleet& to, kplane::EphemeralFleet& fleet) { to = fleet.release(); }
#ifdef KPLANE_MUST_NOT_COMPILE
void sliced(kplane::Fleet& to, kplane::EphemeralFleet& fleet) { to = fleet; }
#endif
