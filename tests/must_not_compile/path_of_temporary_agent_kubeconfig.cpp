// The file would be removed before anybody could read it.
#include <string>

#include <kplane/agent.hpp>
#include <kplane/plane.hpp>

std::string path_of(const kplane::ScopedAgentKubeconfig& agent) { return agent.path(); }
#ifdef KPLANE_MUST_NOT_COMPILE
std::string path_in(const kplane::Plane& plane) { return plane.scoped_agent_kubeconfig().path(); }
#endif
