// Where an object goes that names no namespace.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/served.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using ::testing::HasSubstr;

const char* const settings = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"}})";
const char* const settings_of_other =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"other"}})";

class DefaultNamespaceTest : public ServedTest {
 protected:
  /// A plane with two namespaces of its own, `team` being the default one.
  [[nodiscard]] Plane plane() {
    PlaneOptions options;
    options.ns = "team";
    Plane plane = client().plane("a", options);
    for (const char* name : {"team", "other"}) {
      plane.resource("v1", "namespaces")
          .create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + std::string(name) + "\"}}");
    }
    return plane;
  }
};
KPLANE_TEST_OVER_BOTH_SCHEMES(DefaultNamespaceTest);

TEST_P(DefaultNamespaceTest, IsThePlanesOrElseTheClientsOrElseDefault) {
  ClientOptions options = server().client_options();
  EXPECT_EQ(Client(server().base_url(), options).plane("a").default_namespace(), "default");
  options.ns = "team";
  const Client client(server().base_url(), options);
  EXPECT_EQ(client.plane("a").default_namespace(), "team");
  PlaneOptions own;
  own.ns = "other";
  EXPECT_EQ(client.plane("a", own).default_namespace(), "other");
  own.ns = "../x";
  EXPECT_THROW((void)client.plane("a", own), ConfigError);
  options.ns = "Team";
  EXPECT_THROW(Client(server().base_url(), options), ConfigError);
}

TEST_P(DefaultNamespaceTest, TakesWhatIsCreatedReplacedAndAppliedWithoutOne) {
  const Resource maps = plane().resource("v1", "configmaps");
  EXPECT_EQ(maps.create(settings).ns(), "team");
  EXPECT_EQ(maps.replace(settings).ns(), "team");
  EXPECT_EQ(maps.apply(settings).ns(), "team");
  EXPECT_EQ(maps.create(settings_of_other).ns(), "other");
  EXPECT_EQ(maps.in("default").create(settings).ns(), "default");
}

TEST_P(DefaultNamespaceTest, LeavesListsOfAllNamespacesAsTheyAre) {
  const Resource maps = plane().resource("v1", "configmaps");
  maps.create(settings);
  maps.create(settings_of_other);
  ListOptions named;
  named.field_selector = "metadata.name=settings";
  std::size_t count = 0;
  for (const Object& object : maps.list(named)) count += object.name() == "settings" ? 1 : 0;
  EXPECT_EQ(count, 2U);
}

TEST_P(DefaultNamespaceTest, CostsOneRequestMoreTheFirstTimeAndNoneWhereItIsKnown) {
  const Plane one = plane();
  const std::size_t before = server().request_count();
  one.resource("v1", "configmaps").create(settings_of_other);
  one.resource("v1", "namespaces").create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"third"}})");
  EXPECT_EQ(server().request_count(), before + 2);
  one.resource("v1", "configmaps").create(settings);
  EXPECT_EQ(server().request_count(), before + 4);
  one.resource("v1", "secrets").create(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  one.resource("v1", "configmaps").apply(settings);
  EXPECT_EQ(server().request_count(), before + 6);
}

TEST_P(DefaultNamespaceTest, IsNotForTypesWithoutNamespaces) {
  const Plane one = plane();
  const Object made = one.resource("storage.k8s.io/v1", "storageclasses")
                          .create(R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"fast"},
                                      "provisioner":"x.example"})");
  EXPECT_EQ(made.ns(), "");
  EXPECT_THROW(one.resource("v1", "foos").create(settings), NotFound);
  EXPECT_THROW(one.resource("nobody.example/v1", "foos").create(settings), NotFound);
}

TEST_P(DefaultNamespaceTest, TakesManifestsUnlessTheOptionsNameOne) {
  const Plane one = plane();
  const Manifests set = Manifests::from_yaml("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n");
  const ManifestResults applied = one.apply(set);
  applied.raise_if_failed();
  EXPECT_EQ(applied[0].manifest.ns, "team");
  ManifestOptions options;
  options.ns = "other";
  const ManifestResults others = one.apply(set, options);
  others.raise_if_failed();
  EXPECT_EQ(others[0].manifest.ns, "other");
  EXPECT_TRUE(one.resource("v1", "configmaps").in("team").find("settings"));
  one.remove(set).raise_if_failed();
  EXPECT_FALSE(one.resource("v1", "configmaps").in("team").find("settings"));
  EXPECT_TRUE(one.resource("v1", "configmaps").in("other").find("settings"));
}

TEST_P(DefaultNamespaceTest, HoldsTheAccountsOfAgents) {
  const AgentKubeconfig agent = plane().agent_kubeconfig();
  EXPECT_EQ(agent.ns(), "team");
  EXPECT_THAT(agent.text(), HasSubstr("namespace: \"team\""));
  agent.remove();
}

TEST_P(DefaultNamespaceTest, GoesIntoTheKubeconfigAndComesBackOutOfIt) {
  const TemporaryDirectory directory;
  KubeconfigOptions file;
  file.path = (directory.path() / "config").string();
  plane().write_kubeconfig(file.path);
  const Plane back = Client::from_kubeconfig(file).default_plane();
  EXPECT_EQ(back.default_namespace(), "team");
  EXPECT_EQ(back.resource("v1", "configmaps").create(settings).ns(), "team");
}

}  // namespace
}  // namespace kplane::tests
