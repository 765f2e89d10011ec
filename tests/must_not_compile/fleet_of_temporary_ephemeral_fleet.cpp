// The reference would outlive what it refers to.
#include <kplane/client.hpp>

std::string name_of(const kplane::Fleet& fleet);
std::string named(const kplane::Client& client) {
  const kplane::EphemeralFleet fleet = client.ephemeral_fleet("rl", {});
  return name_of(fleet);
}
#ifdef KPLANE_MUST_NOT_COMPILE
std::string dangling(const kplane::Client& client) {
  const kplane::Fleet& fleet = client.ephemeral_fleet("rl", {});
  return name_of(fleet);
}
#endif
