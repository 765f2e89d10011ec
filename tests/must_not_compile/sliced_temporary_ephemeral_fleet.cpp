// The planes of a Fleet that is removed before the next line.
#include <kplane/client.hpp>

kplane::EphemeralFleet owned(const kplane::Client& client) { return client.ephemeral_fleet("rl", {}); }
#ifdef KPLANE_MUST_NOT_COMPILE
kplane::Fleet sliced(const kplane::Client& client) {
  kplane::Fleet fleet = client.ephemeral_fleet("rl", {});
  return fleet;
}
#endif
