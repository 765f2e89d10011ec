// Two owners of one account would remove it twice.
#include <utility>

#include <kplane/agent.hpp>

kplane::ScopedAgentKubeconfig moved(kplane::ScopedAgentKubeconfig agent) {
  return kplane::ScopedAgentKubeconfig(std::move(agent));
}
#ifdef KPLANE_MUST_NOT_COMPILE
kplane::ScopedAgentKubeconfig copied(const kplane::ScopedAgentKubeconfig& agent) {
  return kplane::ScopedAgentKubeconfig(agent);
}
#endif
