// A plane handed to an agent: an account of its own, for that plane only, and only for as long as it is lent.
#include <filesystem>
#include <optional>
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

Client client_of(const std::string& path) {
  KubeconfigOptions file;
  file.path = path;
  return Client::from_kubeconfig(file);
}

constexpr const char* rbac = "rbac.authorization.k8s.io/v1";

class LiveAgent : public LiveTest {
 protected:
  /// An agent with that role in a plane of its own.
  ScopedAgentKubeconfig agent_of(const Plane& plane, const std::string& role) {
    AgentOptions options;
    options.role = role;
    return plane.scoped_agent_kubeconfig(options);
  }

  /// Whether roles matter on this server: kplane-local, and kplane run with AlwaysAllow, let every account do all.
  static bool enforces_roles(const Plane& plane);
};

bool LiveAgent::enforces_roles(const Plane& plane) {
  const RemovedAtEnd roles(plane.resource(rbac, "clusterroles"));
  nlohmann::json role = made_object(rbac, "ClusterRole", "live-next-to-nothing");
  role["rules"] =
      nlohmann::json::array({{{"apiGroups", {"none.test"}}, {"resources", {"nothing"}}, {"verbs", {"get"}}}});
  roles->create(role);
  AgentOptions options;
  options.role = "live-next-to-nothing";
  const ScopedAgentKubeconfig scoped = plane.scoped_agent_kubeconfig(options);
  try {
    static_cast<void>(config_maps(client_of(scoped.path()).default_plane()).list());
    return false;
  } catch (const Forbidden&) {
    return true;
  }
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

TEST_F(LiveAgent, WithEditMayWorkInItsNamespaceAndNotGiveRights) {
  const Plane plane = ready_plane("roles");
  const bool enforced = enforces_roles(plane);
  const ScopedAgentKubeconfig scoped = agent_of(plane, "edit");
  const Plane handed = client_of(scoped.path()).default_plane();
  ASSERT_TRUE(comes_to(handed, is_well));
  config_maps(handed).create(made_config_map("by-the-agent", "on"));
  EXPECT_EQ(config_maps(handed).get("by-the-agent").get<std::string>("/data/mode"), "on");
  EXPECT_TRUE(config_maps(handed).remove("by-the-agent"));
  if (!enforced) GTEST_SKIP() << "roles do not matter on this server: what an agent may not do was not tested";
  EXPECT_THROW((void)handed.resource(rbac, "roles").in("default").list(), Forbidden);
  EXPECT_THROW((void)handed.resource(rbac, "clusterroles").list(), Forbidden);
  EXPECT_THROW((void)handed.resource("v1", "configmaps").in("kube-system").list(), Forbidden);
}

TEST_F(LiveAgent, WithViewMayOnlyRead) {
  const Plane plane = ready_plane("roles");
  const bool enforced = enforces_roles(plane);
  const ScopedAgentKubeconfig scoped = agent_of(plane, "view");
  const Plane handed = client_of(scoped.path()).default_plane();
  EXPECT_TRUE(comes_to(handed, is_well));
  if (!enforced) GTEST_SKIP() << "roles do not matter on this server: what an agent may not do was not tested";
  EXPECT_THROW(config_maps(handed).create(made_config_map("by-the-agent", "on")), Forbidden);
  EXPECT_THROW((void)handed.resource("v1", "secrets").in("default").list(), Forbidden);
}

TEST_F(LiveAgent, WithAdminMayGiveItsRightsOn) {
  const Plane plane = ready_plane("roles");
  const ScopedAgentKubeconfig scoped = agent_of(plane, "admin");
  const Plane handed = client_of(scoped.path()).default_plane();
  ASSERT_TRUE(comes_to(handed, is_well));
  const Resource bindings = handed.resource(rbac, "rolebindings").in("default");
  nlohmann::json binding = made_object(rbac, "RoleBinding", "by-the-agent");
  binding["roleRef"] = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", "view"}};
  binding["subjects"] =
      nlohmann::json::array({{{"kind", "ServiceAccount"}, {"name", "another"}, {"namespace", "default"}}});
  bindings.create(binding);
  EXPECT_TRUE(bindings.remove("by-the-agent"));
}

TEST_F(LiveAgent, WithEditInTheWholePlaneMayWorkInEveryNamespace) {
  const Plane plane = ready_plane("roles");
  AgentOptions options;
  options.cluster_wide = true;
  const ScopedAgentKubeconfig scoped = plane.scoped_agent_kubeconfig(options);
  const Plane handed = client_of(scoped.path()).default_plane();
  ASSERT_TRUE(comes_to(handed, is_well));
  const Resource maps = handed.resource("v1", "configmaps").in("kube-public");
  maps.create(made_config_map("by-the-agent", "on"));
  EXPECT_TRUE(maps.remove("by-the-agent"));
}

TEST_F(LiveAgent, NothingOfItStaysBehind) {
  const Plane plane = ready_plane("roles");
  ListOptions made;
  made.label_selector = "app.kubernetes.io/managed-by=kplane-cpp";
  for (const bool cluster_wide : {false, true}) {
    AgentOptions options;
    options.cluster_wide = cluster_wide;
    options.name = "passing";
    plane.agent_kubeconfig(options).remove();
  }
  EXPECT_TRUE(plane.resource("v1", "serviceaccounts").list(made).all().empty());
  for (const char* rights : {"roles", "rolebindings", "clusterroles", "clusterrolebindings"}) {
    EXPECT_TRUE(plane.resource(rbac, rights).list(made).all().empty()) << rights;
  }
}

TEST_F(LiveAgent, RoleThatIsNotThereOrGivesNothingIsRefused) {
  const Plane plane = ready_plane("roles");
  AgentOptions options;
  options.name = "nobody";
  options.role = "edti";
  EXPECT_THROW((void)plane.agent_kubeconfig(options), NotFound);
  const RemovedAtEnd roles(plane.resource(rbac, "clusterroles"));
  roles->create(made_object(rbac, "ClusterRole", "live-bare"));
  options.role = "live-bare";
  EXPECT_THROW((void)plane.agent_kubeconfig(options), RoleError);
  EXPECT_FALSE(plane.resource("v1", "serviceaccounts").in("default").find("nobody"));
}

TEST_F(LiveAgent, RightsThatOneDoesNotHaveCannotBeGivenOn) {
  const Plane plane = ready_plane("roles");
  if (!enforces_roles(plane)) GTEST_SKIP() << "roles do not matter on this server";
  const RemovedAtEnd roles(plane.resource(rbac, "clusterroles"));
  nlohmann::json role = made_object(rbac, "ClusterRole", "live-lender");
  role["rules"] = nlohmann::json::array(
      {{{"apiGroups", {"rbac.authorization.k8s.io"}},
        {"resources", {"clusterroles", "roles", "rolebindings"}},
        {"verbs", {"get", "list", "create", "delete"}}},
       {{"apiGroups", {""}}, {"resources", {"serviceaccounts"}}, {"verbs", {"get", "create", "delete"}}}});
  roles->create(role);
  AgentOptions options;
  options.role = "live-lender";
  options.cluster_wide = true;
  const ScopedAgentKubeconfig lender = plane.scoped_agent_kubeconfig(options);
  const Plane lent = client_of(lender.path()).default_plane();
  ASSERT_TRUE(comes_to(lent, [](const ApiError* error) { return dynamic_cast<const Forbidden*>(error) != nullptr; }));
  AgentOptions edit;
  edit.name = "borrower";
  try {
    static_cast<void>(lent.agent_kubeconfig(edit));
    ADD_FAILURE() << "it was given rights that its maker does not have";
  } catch (const Forbidden& error) {
    EXPECT_NE(std::string(error.what()).find("escalate"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(plane.resource("v1", "serviceaccounts").in("default").find("borrower"));
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
