// Two owners of one Fleet would remove it twice.
#include <utility>

#include <kplane/ephemeral_fleet.hpp>

kplane::EphemeralFleet moved(kplane::EphemeralFleet fleet) { return kplane::EphemeralFleet(std::move(fleet)); }
#ifdef KPLANE_MUST_NOT_COMPILE
kplane::EphemeralFleet copied(const kplane::EphemeralFleet& fleet) { return kplane::EphemeralFleet(fleet); }
#endif
