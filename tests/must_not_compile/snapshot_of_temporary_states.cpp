// The Snapshot of a result that nobody keeps would dangle.
#include <vector>

#include <kplane/client.hpp>

bool has_pods(const kplane::Client& client, const std::vector<kplane::Plane>& planes) {
  const auto states = client.states(planes);
  return states[0]->by_resource("pods") != nullptr;
}
#ifdef KPLANE_MUST_NOT_COMPILE
const auto* dangling(const kplane::Client& client, const std::vector<kplane::Plane>& planes) {
  return client.states(planes)[0]->by_resource("pods");
}
#endif
