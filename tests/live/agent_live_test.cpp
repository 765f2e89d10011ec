// A plane handed to an agent: an account of its own, for that plane only, and only for as long as it is lent.
#include <filesystem>
#include <optional>
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveAgent = LiveTest;

Client client_of(const std::string& path) {
  KubeconfigOptions file;
  file.path = path;
  return Client::from_kubeconfig(file);
}

/// How reading config maps turns out, once it is as wanted: a server's authorizer learns of a binding a moment after it
/// was made, and forgets a token a moment after it ended.
template <class Wanted>
bool comes_to(const Plane& plane, const Wanted& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  do {
    try {
      static_cast<void>(plane.resource("v1", "configmaps").in("default").list());
      if (wanted(nullptr)) return true;
    } catch (const ApiError& error) {
      if (wanted(&error)) return true;
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

bool is_well(const ApiError* error) { return error == nullptr; }
bool is_unknown(const ApiError* error) { return dynamic_cast<const Unauthorized*>(error) != nullptr; }

TEST_F(LiveAgent, MayActInItsPlaneAsLongAsItIsLent) {
  const Plane plane = ready_plane("lent");
  const Plane other = ready_plane("not-lent");
  std::optional<Plane> handed;
  {
    const ScopedAgentKubeconfig scoped = plane.scoped_agent_kubeconfig();
    const Client agent = client_of(scoped.path());
    EXPECT_EQ(agent.default_plane().cluster(), plane.cluster());
    handed = agent.default_plane();
    EXPECT_TRUE(comes_to(*handed, is_well));
    handed->resource("v1", "configmaps").in("default").create(made_config_map("by-the-agent", "on"));
    EXPECT_TRUE(comes_to(agent.plane(other.cluster()), is_unknown));
  }
  EXPECT_TRUE(plane.resource("v1", "configmaps").in("default").find("by-the-agent"));
  EXPECT_TRUE(comes_to(*handed, is_unknown));
}

TEST_F(LiveAgent, TtlThatIsTooShortIsRefusedAndLeavesNothing) {
  const Plane plane = ready_plane("short");
  AgentOptions options;
  options.ttl = std::chrono::seconds{30};
  options.name = "short-lived";
  EXPECT_THROW((void)plane.agent_kubeconfig(options), Invalid);
  EXPECT_FALSE(plane.resource("v1", "serviceaccounts").in("default").find("short-lived"));
  EXPECT_FALSE(plane.resource("rbac.authorization.k8s.io/v1", "rolebindings").in("default").find("short-lived"));
}

TEST_F(LiveAgent, WrittenKubeconfigLeadsBackToThePlane) {
  const Plane plane = ready_plane("written");
  const ScopedAgentKubeconfig scoped = plane.scoped_agent_kubeconfig();
  const std::string path = (std::filesystem::path(scoped.path()).parent_path() / "own").string();
  plane.write_kubeconfig(path);
  EXPECT_TRUE(client_of(path).default_plane().is_ready());
}

}  // namespace
}  // namespace kplane::live
