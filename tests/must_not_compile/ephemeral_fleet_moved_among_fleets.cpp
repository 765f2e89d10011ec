// A moved-from EphemeralFleet would have nothing left to remove.
#include <utility>
#include <vector>

#include <kplane/ephemeral_fleet.hpp>

void keep(std::vector<kplane::EphemeralFleet>& fleets, kplane::EphemeralFleet& fleet) {
  fleets.push_back(std::move(fleet));
}
#ifdef KPLANE_MUST_NOT_COMPILE
void slice(std::vector<kplane::Fleet>& fleets, kplane::EphemeralFleet& fleet) { fleets.push_back(std::move(fleet)); }
#endif
