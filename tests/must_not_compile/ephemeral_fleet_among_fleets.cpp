// A vector of Fleets would hold a slice.
#include <vector>

#include <kplane/ephemeral_fleet.hpp>

void keep(std::vector<kplane::Fleet>& fleets, kplane::EphemeralFleet& fleet) { fleets.push_back(fleet.release()); }
#ifdef KPLANE_MUST_NOT_COMPILE
void slice(std::vector<kplane::Fleet>& fleets, kplane::EphemeralFleet& fleet) { fleets.push_back(fleet); }
#endif
