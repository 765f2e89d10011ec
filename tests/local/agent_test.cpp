// A plane handed to an agent: what the kubeconfigs hold, what their token can do, and that nothing of it is left
// behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <yaml-cpp/binary.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kplane/json.hpp>

#include "support/clients.hpp"
#include "support/served.hpp"

namespace kplane::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

static_assert(!std::is_copy_constructible_v<ScopedAgentKubeconfig>);
static_assert(std::is_nothrow_move_constructible_v<ScopedAgentKubeconfig>);
static_assert(std::is_nothrow_move_assignable_v<ScopedAgentKubeconfig>);
static_assert(std::is_nothrow_destructible_v<ScopedAgentKubeconfig>);

constexpr const char* rbac = "rbac.authorization.k8s.io/v1";

YAML::Node user_of(const std::string& kubeconfig) { return YAML::Load(kubeconfig)["users"][0]["user"]; }

YAML::Node cluster_entry_of(const std::string& kubeconfig) { return YAML::Load(kubeconfig)["clusters"][0]["cluster"]; }

/// What the map says, each entry as `key: value`.
std::vector<std::string> entries_of(const YAML::Node& map) {
  std::vector<std::string> entries;
  for (const auto& entry : map)
    entries.push_back(entry.first.as<std::string>() + ": " + entry.second.as<std::string>());
  return entries;
}

std::string data(const std::string& key, const std::string& text) {
  return key + ": " + YAML::EncodeBase64(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) throw std::runtime_error("not there: " + path);
  return info.st_mode & 0777U;
}

kplane::testing::Fault fault_on(const std::string& path_part, const std::string& method) {
  kplane::testing::Fault fault;
  fault.path_contains = path_part;
  fault.method = method;
  return fault;
}

class AgentTest : public ServedTest {
 protected:
  [[nodiscard]] Plane plane() { return client().plane("a"); }

  /// A client that has nothing but what the kubeconfig says.
  [[nodiscard]] Client client_of(const std::string& kubeconfig) {
    ClientOptions options = server().client_options();
    options.token = user_of(kubeconfig)["token"].as<std::string>();
    return Client(server().base_url(), options);
  }

  /// Names of what is in the plane that an agent's account is made of.
  [[nodiscard]] std::vector<std::string> traces() {
    std::vector<std::string> found;
    const std::string made = "app.kubernetes.io/managed-by=kplane-cpp";
    for (const char* rights : {"clusterroles", "roles", "clusterrolebindings", "rolebindings"}) {
      for (const Object& object : plane().resource(rbac, rights).list({made}).all()) {
        found.push_back(std::string(rights) + '/' + std::string(object.name()));
      }
    }
    for (const Object& object : plane().resource("v1", "serviceaccounts").list({made}).all()) {
      found.push_back("serviceaccounts/" + std::string(object.name()));
    }
    return found;
  }

  /// The verbs that a role of the account's own gives on a resource of the core group.
  [[nodiscard]] static std::set<std::string> verbs_on(const Object& role, std::string_view resource) {
    std::set<std::string> verbs;
    for (const Object& rule : role.elements("/rules")) {
      const auto has = [&rule](const char* list, std::string_view wanted) {
        for (const Object& each : rule.elements(list)) {
          if (each.get<std::string>("") == wanted) return true;
        }
        return false;
      };
      if (!has("/apiGroups", "") || !has("/resources", resource)) continue;
      for (const Object& verb : rule.elements("/verbs")) verbs.insert(verb.get<std::string>("").value_or(""));
    }
    return verbs;
  }

  void create_cluster_role(const std::string& text) { plane().resource(rbac, "clusterroles").create(text); }
};
KPLANE_TEST_OVER_BOTH_SCHEMES(AgentTest);

/// What only a server with TLS can be asked.
class AgentOverTlsTest : public AgentTest {};
INSTANTIATE_TEST_SUITE_P(Over, AgentOverTlsTest, ::testing::Values(Scheme::https), scheme_name);

TEST_P(AgentTest, KubeconfigSaysWhatTheClientUses) {
  const std::string text = plane().kubeconfig();
  const YAML::Node written = YAML::Load(text);
  EXPECT_EQ(written["current-context"].as<std::string>(), "kplane-a");
  for (const char* list : {"contexts", "clusters", "users"}) {
    EXPECT_EQ(written[list].size(), 1U) << list;
    EXPECT_EQ(written[list][0]["name"].as<std::string>(), "kplane-a") << list;
  }
  EXPECT_THAT(entries_of(written["contexts"][0]["context"]), ElementsAre("cluster: kplane-a", "user: kplane-a"));
  EXPECT_THAT(entries_of(user_of(text)), ElementsAre("token: " + server().token()));
  std::vector<std::string> cluster{"server: " + plane().base_url()};
  if (GetParam() == Scheme::https) cluster.push_back(data("certificate-authority-data", server().ca_pem()));
  EXPECT_EQ(entries_of(cluster_entry_of(text)), cluster);
  EXPECT_EQ(server().request_count(), 0U);
}

TEST_P(AgentTest, KubeconfigOfAPlaneWithATokenOfItsOwnHoldsThat) {
  PlaneOptions own;
  own.token = "of-the-plane";
  EXPECT_THAT(entries_of(user_of(client().plane("a", own).kubeconfig())), ElementsAre("token: of-the-plane"));
}

TEST_P(AgentTest, WrittenKubeconfigIsItsOwnersAlone) {
  const auto scoped = plane().scoped_agent_kubeconfig();
  const std::string path = (fs::path(scoped.path()).parent_path() / "written").string();
  plane().write_kubeconfig(path);
  EXPECT_EQ(content_of(path), plane().kubeconfig());
  EXPECT_EQ(mode_of(path), mode_t{0600});
  EXPECT_THROW(plane().write_kubeconfig(path + "/below"), ConfigError);
}

TEST_P(AgentTest, KubeconfigLeadsBackToItsPlane) {
  const auto scoped = plane().scoped_agent_kubeconfig();
  KubeconfigOptions file;
  file.path = scoped.path();
  const Client handed = Client::from_kubeconfig(file);
  EXPECT_EQ(handed.default_plane().cluster(), "a");
  EXPECT_NO_THROW((void)handed.default_plane().resource("v1", "pods").in("default").list());
  plane().write_kubeconfig(file.path);
  EXPECT_EQ(Client::from_kubeconfig(file).default_plane().kubeconfig(), plane().kubeconfig());
}

TEST_P(AgentTest, AgentHasATokenOfItsOwnForItsPlaneOnly) {
  const AgentKubeconfig agent = plane().agent_kubeconfig();
  EXPECT_THAT(agent.account(), ::testing::MatchesRegex("kplane-agent-[a-z0-9]+"));
  EXPECT_EQ(agent.ns(), "default");
  EXPECT_THAT(agent.text(), Not(HasSubstr(server().token())));
  EXPECT_THAT(entries_of(user_of(agent.text())), ElementsAre(::testing::StartsWith("token: ")));
  EXPECT_EQ(entries_of(cluster_entry_of(agent.text())), entries_of(cluster_entry_of(plane().kubeconfig())));
  EXPECT_EQ(YAML::Load(agent.text())["contexts"][0]["context"]["namespace"].as<std::string>(), "default");
  const Client handed = client_of(agent.text());
  EXPECT_NO_THROW((void)handed.plane("a").resource("v1", "pods").in("default").list());
  EXPECT_THROW((void)handed.plane("a").state(), Forbidden) << "no role gives the aggregate read";
  EXPECT_THROW((void)handed.plane("b").resource("v1", "pods").in("default").list(), Unauthorized);
}

TEST_P(AgentOverTlsTest, NothingOfAClientCertificateReachesTheAgent) {
  const auto certificate = server().issue_client_certificate("trainer");
  ClientOptions options = server().client_options();
  options.token.clear();
  options.client_certificate_pem = certificate.certificate_pem;
  options.client_key_pem = certificate.key_pem;
  const Plane trained = Client(server().base_url(), options).plane("a");
  EXPECT_THAT(entries_of(user_of(trained.kubeconfig())),
              ElementsAre(data("client-certificate-data", certificate.certificate_pem),
                          data("client-key-data", certificate.key_pem)));
  const AgentKubeconfig agent = trained.agent_kubeconfig();
  EXPECT_THAT(entries_of(user_of(agent.text())), ElementsAre(::testing::StartsWith("token: ")));
}

TEST_P(AgentTest, TokenEndsByTheServersClock) {
  AgentOptions options;
  options.ttl = 20min;
  const auto before = std::chrono::system_clock::now();
  const AgentKubeconfig agent = plane().agent_kubeconfig(options);
  EXPECT_GE(agent.expires_at(), before + 20min - 2s);
  EXPECT_LE(agent.expires_at(), std::chrono::system_clock::now() + 20min + 2s);
  const Plane handed = client_of(agent.text()).plane("a");
  server().advance_token_clock(19min);
  EXPECT_NO_THROW((void)handed.resource("v1", "pods").in("default").list());
  server().advance_token_clock(2min);
  EXPECT_THROW((void)handed.resource("v1", "pods").in("default").list(), Unauthorized);
}

TEST_P(AgentTest, RoleIsBoundInTheNamespaceOrInThePlane) {
  AgentOptions options;
  options.role = "cluster-admin";
  options.ns = "kube-public";
  options.name = "robot";
  const AgentKubeconfig agent = plane().agent_kubeconfig(options);
  EXPECT_EQ(agent.account(), "robot");
  EXPECT_THAT(traces(), ElementsAre("rolebindings/robot", "serviceaccounts/robot"));
  const Object binding = plane().resource(rbac, "rolebindings").in("kube-public").get("robot");
  EXPECT_EQ(binding.get<std::string>("/roleRef/name"), "cluster-admin");
  EXPECT_EQ(binding.get<std::string>("/subjects/0/namespace"), "kube-public");
  agent.remove();
  options.cluster_wide = true;
  const AgentKubeconfig wide = plane().agent_kubeconfig(options);
  EXPECT_THAT(traces(), ElementsAre("clusterrolebindings/robot", "serviceaccounts/robot"));
  wide.remove();
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, AggregatedRoleIsBoundAsItIsWhereAControllerFillsIt) {
  auto options = server_options();
  options.aggregate_roles = true;
  start(options);
  for (const char* role : {"view", "edit", "admin"}) {
    AgentOptions wanted;
    wanted.role = role;
    wanted.name = "robot";
    const AgentKubeconfig agent = plane().agent_kubeconfig(wanted);
    EXPECT_THAT(traces(), ElementsAre("rolebindings/robot", "serviceaccounts/robot"));
    const Object binding = plane().resource(rbac, "rolebindings").in("default").get("robot");
    EXPECT_EQ(binding.get<std::string>("/roleRef/kind"), "ClusterRole");
    EXPECT_EQ(binding.get<std::string>("/roleRef/name"), role);
    agent.remove();
  }
}

TEST_P(AgentTest, AggregatedRoleIsCopiedWhereNoControllerFillsIt) {
  AgentOptions options;
  options.name = "robot";
  const std::set<std::string> read{"get", "list", "watch"};
  const std::set<std::string> all{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  const auto role_of_agent = [&](const char* name) {
    options.role = name;
    const AgentKubeconfig agent = plane().agent_kubeconfig(options);
    EXPECT_THAT(traces(), ElementsAre("roles/robot", "rolebindings/robot", "serviceaccounts/robot"));
    const Object binding = plane().resource(rbac, "rolebindings").in("default").get("robot");
    EXPECT_EQ(binding.get<std::string>("/roleRef/kind"), "Role");
    EXPECT_EQ(binding.get<std::string>("/roleRef/name"), "robot");
    Object role = plane().resource(rbac, "roles").in("default").get("robot");
    agent.remove();
    EXPECT_THAT(traces(), IsEmpty());
    return role;
  };
  const Object view = role_of_agent("view");
  EXPECT_EQ(verbs_on(view, "configmaps"), read);
  EXPECT_THAT(verbs_on(view, "secrets"), IsEmpty());
  const Object edit = role_of_agent("edit");
  EXPECT_EQ(verbs_on(edit, "configmaps"), all) << "view is a part of edit";
  EXPECT_THAT(edit.raw(), Not(HasSubstr("rolebindings")));
  const Object admin = role_of_agent("admin");
  EXPECT_EQ(verbs_on(admin, "configmaps"), all) << "edit is a part of admin";
  EXPECT_THAT(admin.raw(), HasSubstr("rolebindings"));
}

TEST_P(AgentTest, RolesOfAServerWithoutControllersAreAggregatedAndEmpty) {
  const Resource roles = plane().resource(rbac, "clusterroles");
  const std::string to = "rbac.authorization.k8s.io/aggregate-to-";
  const std::string label = "/metadata/labels/rbac.authorization.k8s.io~1aggregate-to-";
  for (const std::string name : {"view", "edit", "admin"}) {
    const Object role = roles.get(name);
    EXPECT_TRUE(role.elements("/rules").empty()) << name;
    EXPECT_EQ(role.at("/aggregationRule").value().raw(),
              R"({"clusterRoleSelectors":[{"matchLabels":{")" + to + name + R"(":"true"}}]})");
    EXPECT_EQ(roles.get("system:aggregate-to-" + name).get<std::string>(label + name), "true");
  }
  EXPECT_EQ(roles.get("view").get<std::string>(label + "edit"), "true");
  EXPECT_EQ(roles.get("edit").get<std::string>(label + "admin"), "true");
  EXPECT_EQ(roles.get("system:aggregate-to-edit").elements("/rules").size(), 14U);
}

TEST_P(AgentTest, CopyHoldsInTheWholePlaneWhereTheRoleShall) {
  AgentOptions options;
  options.name = "robot";
  options.cluster_wide = true;
  const AgentKubeconfig agent = plane().agent_kubeconfig(options);
  EXPECT_THAT(traces(), ElementsAre("clusterroles/robot", "clusterrolebindings/robot", "serviceaccounts/robot"));
  agent.remove();
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, CopyIsWhatAControllerWouldHaveWritten) {
  auto options = server_options();
  options.aggregate_roles = true;
  const kplane::testing::LocalServer filling(options);
  for (const char* name : {"view", "edit", "admin"}) {
    AgentOptions wanted;
    wanted.role = name;
    wanted.name = "robot";
    const AgentKubeconfig agent = plane().agent_kubeconfig(wanted);
    const auto rules_of = [](const Object& role) {
      std::multiset<std::string> rules;
      for (const Object& rule : role.elements("/rules")) rules.insert(rule.json().dump());
      return rules;
    };
    EXPECT_EQ(rules_of(plane().resource(rbac, "roles").in("default").get("robot")),
              rules_of(filling.client().plane("a").resource(rbac, "clusterroles").get(name)))
        << name;
    agent.remove();
  }
}

TEST_P(AgentTest, RoleThatIsNotThereIsRefusedBeforeAnythingIsMade) {
  AgentOptions options;
  options.role = "edti";
  try {
    (void)plane().agent_kubeconfig(options);
    ADD_FAILURE();
  } catch (const NotFound& error) {
    EXPECT_THAT(error.what(), HasSubstr("edti"));
    EXPECT_THAT(error.what(), HasSubstr("AgentOptions::role"));
  }
  EXPECT_EQ(server().request_count("/", "POST"), 0U);
}

TEST_P(AgentTest, RoleThatGivesNothingIsRefusedBeforeAnythingIsMade) {
  create_cluster_role(R"({"metadata":{"name":"bare"},"rules":[]})");
  create_cluster_role(
      R"({"metadata":{"name":"hollow"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"to":"hollow"}}]}})");
  const std::size_t before = server().request_count("/", "POST");
  for (const char* role : {"bare", "hollow"}) {
    AgentOptions options;
    options.role = role;
    EXPECT_THROW((void)plane().agent_kubeconfig(options), RoleError) << role;
  }
  EXPECT_EQ(server().request_count("/", "POST"), before);
}

TEST_P(AgentTest, RoleOfANewPlaneIsWaitedFor) {
  auto options = server_options();
  options.bootstrap_delay = 100ms;
  start(options);
  const AgentKubeconfig agent = plane().agent_kubeconfig();
  EXPECT_EQ(traces().size(), 3U);
}

TEST_P(AgentTest, RemovingEndsTheTokenAndMayBeDoneTwice) {
  const AgentKubeconfig agent = plane().agent_kubeconfig();
  const Plane handed = client_of(agent.text()).plane("a");
  agent.remove();
  EXPECT_THROW((void)handed.state(), Unauthorized);
  EXPECT_THAT(traces(), IsEmpty());
  EXPECT_NO_THROW(agent.remove());
}

TEST_P(AgentTest, WhatOthersMadeUnderTheSameNameIsLeftAlone) {
  AgentOptions options;
  options.name = "robot";
  const AgentKubeconfig first = plane().agent_kubeconfig(options);
  EXPECT_THROW((void)plane().agent_kubeconfig(options), AlreadyExists);
  EXPECT_EQ(traces().size(), 3U);
  first.remove();
  const AgentKubeconfig second = plane().agent_kubeconfig(options);
  first.remove();
  EXPECT_EQ(traces().size(), 3U);
  second.remove();
}

TEST_P(AgentTest, ScopeExitRemovesTheFileAndTheAccount) {
  std::string path;
  {
    const auto scoped = plane().scoped_agent_kubeconfig();
    path = scoped.path();
    EXPECT_EQ(fs::path(path).filename(), "kubeconfig");
    EXPECT_EQ(mode_of(path), mode_t{0600});
    EXPECT_EQ(mode_of(fs::path(path).parent_path().string()), mode_t{0700});
    EXPECT_NO_THROW((void)client_of(content_of(path)).plane("a").resource("v1", "pods").in("default").list());
    EXPECT_EQ(traces().size(), 3U);
    std::ofstream(path + ".lock") << "left by the agent";
  }
  EXPECT_FALSE(fs::exists(fs::path(path).parent_path()));
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, ScopeExitByAnExceptionDoesTheSame) {
  std::string path;
  const auto fail = [&] {
    const auto scoped = plane().scoped_agent_kubeconfig();
    path = scoped.path();
    throw std::runtime_error("the agent crashed");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_FALSE(fs::exists(fs::path(path).parent_path()));
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, CloseReportsWhatTheDestructorSwallows) {
  std::string path;
  {
    auto scoped = plane().scoped_agent_kubeconfig();
    path = scoped.path();
    auto refuse = fault_on("/serviceaccounts/", "DELETE");
    refuse.status = 403;
    refuse.times = -1;
    server().add_fault(refuse);
    EXPECT_THROW(scoped.close(), Forbidden);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_THAT(traces(), ElementsAre("serviceaccounts/" + scoped.account())) << "the binding and the role went";
  }
  server().clear_faults();
  EXPECT_EQ(traces().size(), 1U) << "the server refused to remove it";
}

TEST_P(AgentTest, CloseThatFailedMayBeTriedAgain) {
  auto scoped = plane().scoped_agent_kubeconfig();
  auto refuse = fault_on("/rolebindings/", "DELETE");
  refuse.status = 403;
  server().add_fault(refuse);
  EXPECT_THROW(scoped.close(), Forbidden);
  EXPECT_NO_THROW(scoped.close());
  EXPECT_THAT(traces(), IsEmpty());
  EXPECT_NO_THROW(scoped.close());
}

TEST_P(AgentTest, ReleaseGivesItUp) {
  std::string path;
  {
    auto scoped = plane().scoped_agent_kubeconfig();
    path = scoped.path();
    const AgentKubeconfig agent = scoped.release();
    EXPECT_EQ(content_of(path), agent.text());
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(traces().size(), 3U);
  fs::remove_all(fs::path(path).parent_path());
}

TEST_P(AgentTest, MovingHandsTheDutyOn) {
  {
    auto one = plane().scoped_agent_kubeconfig();
    const std::string path = one.path();
    ScopedAgentKubeconfig moved = std::move(one);
    EXPECT_EQ(moved.path(), path);
    EXPECT_EQ(one.path(), "");  // NOLINT(bugprone-use-after-move)
    EXPECT_NO_THROW(one.close());
    EXPECT_EQ(traces().size(), 3U);
    moved = plane().scoped_agent_kubeconfig();
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(traces().size(), 3U);
  }
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, DestructorOutlivesItsServer) {
  std::string path;
  ClientOptions options = server().client_options();
  options.retry = with_quick_retries().retry;
  {
    const auto scoped = Client(server().base_url(), options).plane("a").scoped_agent_kubeconfig();
    path = scoped.path();
    server().stop();
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_P(AgentTest, FailureOfAnyStepLeavesNothing) {
  for (const char* step : {"/serviceaccounts", "/roles", "/rolebindings", "/token"}) {
    auto refuse = fault_on(step, "POST");
    refuse.status = 403;
    server().add_fault(refuse);
    EXPECT_THROW((void)plane().agent_kubeconfig(), Forbidden) << step;
    EXPECT_THAT(traces(), IsEmpty()) << step;
  }
}

TEST_P(AgentTest, AnswerThatIsLostLeavesNothing) {
  for (const auto cut : {kplane::testing::Cut::before, kplane::testing::Cut::after}) {
    for (const char* step : {"/serviceaccounts", "/roles", "/rolebindings", "/token"}) {
      auto lose = fault_on(step, "POST");
      lose.cut = cut;
      server().add_fault(lose);
      EXPECT_THROW((void)plane().scoped_agent_kubeconfig(), TransportError) << step;
      EXPECT_THAT(traces(), IsEmpty()) << step;
    }
  }
}

TEST_P(AgentTest, AnswerThatIsLostSparesWhatHadTheNameBefore) {
  plane().resource("v1", "serviceaccounts").in("default").create(R"({"metadata":{"name":"robot"}})");
  auto lose = fault_on("/serviceaccounts", "POST");
  lose.cut = kplane::testing::Cut::after;
  server().add_fault(lose);
  AgentOptions options;
  options.name = "robot";
  EXPECT_THROW((void)plane().agent_kubeconfig(options), TransportError);
  EXPECT_TRUE(plane().resource("v1", "serviceaccounts").in("default").find("robot"));
}

TEST_P(AgentTest, StopLeavesNothing) {
  StopSource source;
  AgentOptions options;
  options.stop = source.token();
  const Plane stopped = plane();
  server().on_request([&source](const std::string& method, const std::string& target) {
    if (method == "POST" && target.find("/token") != std::string::npos) source.request_stop();
  });
  auto wait = fault_on("/token", "POST");
  wait.delay = 60s;
  server().add_fault(wait);
  EXPECT_THROW((void)stopped.agent_kubeconfig(options), StoppedError);
  server().on_request({});
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, RemovalIsDoneEvenWhenTheClientWasStopped) {
  StopSource source;
  ClientOptions options = server().client_options();
  options.stop = source.token();
  {
    const auto scoped = Client(server().base_url(), options).plane("a").scoped_agent_kubeconfig();
    source.request_stop();
  }
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, ServerDecidesOnTheNamespaceAndTheTtl) {
  AgentOptions options;
  options.ns = "absent";
  EXPECT_THROW((void)plane().agent_kubeconfig(options), NotFound);
  options = {};
  options.ttl = 1min;
  EXPECT_THROW((void)plane().agent_kubeconfig(options), Invalid);
  EXPECT_THAT(traces(), IsEmpty());
}

TEST_P(AgentTest, WrongOptionsAreRefusedBeforeAnythingIsSent) {
  const std::size_t before = server().request_count();
  const auto refused = [&](auto&& spoil) {
    AgentOptions options;
    spoil(options);
    EXPECT_THROW((void)plane().agent_kubeconfig(options), ConfigError);
  };
  refused([](AgentOptions& options) { options.ttl = 0s; });
  refused([](AgentOptions& options) { options.ttl = -1s; });
  refused([](AgentOptions& options) { options.role.clear(); });
  refused([](AgentOptions& options) { options.ns = "../x"; });
  refused([](AgentOptions& options) { options.name = "a/b"; });
  EXPECT_EQ(server().request_count(), before);
}

TEST_P(AgentTest, FileOfTheCaBecomesPartOfTheKubeconfig) {
  const auto scoped = plane().scoped_agent_kubeconfig();
  const std::string ca = (fs::path(scoped.path()).parent_path() / "ca.pem").string();
  kplane::testing::LocalServerOptions tls;
  tls.tls = true;
  const kplane::testing::LocalServer other(tls);
  std::ofstream(ca) << other.ca_pem();
  ClientOptions options;
  options.ca_file = ca;
  const Plane plane = Client("https://h", options).plane("a");
  EXPECT_THAT(entries_of(cluster_entry_of(plane.kubeconfig())),
              ::testing::Contains(data("certificate-authority-data", other.ca_pem())));
  fs::remove(ca);
  EXPECT_THROW((void)plane.kubeconfig(), ConfigError);
  EXPECT_THROW((void)plane.agent_kubeconfig(), ConfigError);
}

TEST_P(AgentTest, NoTokenIsSeenByTheObserverOrInAnError) {
  std::mutex mutex;
  std::string seen;
  ClientOptions options = server().client_options();
  options.observer = [&](const RequestEvent& event) {
    const std::lock_guard lock(mutex);
    seen += event.method + ' ' + event.url + ' ' + event.error + '\n';
  };
  const Plane observed = Client(server().base_url(), options).plane("a");
  const AgentKubeconfig agent = observed.agent_kubeconfig();
  const auto token = user_of(agent.text())["token"].as<std::string>();
  EXPECT_THAT(seen, HasSubstr("/token"));
  EXPECT_THAT(seen, Not(HasSubstr(token)));
  auto odd = fault_on("/token", "POST");
  odd.status = 201;
  odd.body = "eyJ.secret.token";
  server().add_fault(odd);
  try {
    (void)observed.agent_kubeconfig();
    ADD_FAILURE();
  } catch (const DecodeError& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(seen, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace kplane::tests
