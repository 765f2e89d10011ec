// What deletions leave on a plane without controllers (contract §9), and namespaces from their end to their return.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* thing_definition = "things.deletion.example.com";

class LiveDeletion : public LiveTest {
 protected:
  [[nodiscard]] static Resource namespaces(const Plane& plane) { return plane.resource("v1", "namespaces"); }
  static void make_namespace(const Plane& plane, const std::string& name) {
    namespaces(plane).create(made_object("v1", "Namespace", name));
  }
};

json in(const std::string& ns, json object) {
  object["metadata"]["namespace"] = ns;
  return object;
}

json held_by(const std::string& finalizer, json object) {
  object["metadata"]["finalizers"] = {finalizer};
  return object;
}

json pod_template() {
  return {{"restartPolicy", "Never"}, {"containers", {{{"name", "main"}, {"image", "img.test/a:1"}}}}};
}

json job(const std::string& name) {
  json object = made_object("batch/v1", "Job", name);
  object["spec"] = {{"suspend", true}, {"template", {{"spec", pod_template()}}}};
  return object;
}

json pod_on_a_node(const std::string& name) {
  json object = made_object("v1", "Pod", name);
  object["spec"] = pod_template();
  object["spec"]["nodeName"] = "nowhere";
  return object;
}

json claim(const std::string& name) {
  json object = made_object("v1", "PersistentVolumeClaim", name);
  object["spec"] = {{"accessModes", {"ReadWriteOnce"}}, {"resources", {{"requests", {{"storage", "1Gi"}}}}}};
  return object;
}

json definition_of_things() {
  json definition = made_object("apiextensions.k8s.io/v1", "CustomResourceDefinition", thing_definition);
  definition["spec"] = {
      {"group", "deletion.example.com"},
      {"scope", "Namespaced"},
      {"names", {{"plural", "things"}, {"singular", "thing"}, {"kind", "Thing"}, {"listKind", "ThingList"}}},
      {"versions",
       {{{"name", "v1"},
         {"served", true},
         {"storage", true},
         {"schema", {{"openAPIV3Schema", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}}}}}}};
  return definition;
}

/// A Pod is let in where its ServiceAccount is.
void make_account(const Plane& plane, const std::string& ns) {
  plane.resource("v1", "serviceaccounts").in(ns).apply(made_object("v1", "ServiceAccount", "default"));
}

DeleteOptions with(Propagation propagation) {
  DeleteOptions options;
  options.propagation = propagation;
  return options;
}

RemoveNamespaceOptions without_wait(FinalizerPolicy finalizers = FinalizerPolicy::well_known) {
  RemoveNamespaceOptions options;
  options.controller_wait = milliseconds{0};
  options.finalizers = finalizers;
  return options;
}

std::set<std::string> names_in(const Plane& plane, const std::string& api_version, const std::string& plural,
                               const std::string& ns) {
  std::set<std::string> names;
  for (const Object& object : plane.resource(api_version, plural).in(ns).list()) names.emplace(object.name());
  return names;
}

TEST_F(LiveDeletion, SaysWhetherTheObjectIsGoneOrOnlyMarked) {
  const RemovedAtEnd maps(config_maps(ready_plane("marked")));
  maps->create(made_config_map("plain", "x"));
  const Removal plain = maps->remove("plain");
  EXPECT_TRUE(plain);
  EXPECT_TRUE(plain.gone());
  const Removal again = maps->remove("plain");
  EXPECT_FALSE(again);
  EXPECT_TRUE(again.gone());

  for (const auto& [propagation, finalizer] :
       {std::pair(Propagation::foreground, "foregroundDeletion"), std::pair(Propagation::orphan, "orphan")}) {
    maps->create(made_config_map("held", "x"));
    const Removal marked = maps->remove("held", with(propagation));
    EXPECT_TRUE(marked);
    EXPECT_TRUE(marked.lingers());
    EXPECT_NE(marked.held_by().find(finalizer), std::string::npos) << marked.held_by();
    EXPECT_TRUE(maps->find("held"));
    EXPECT_TRUE(maps->remove("held", with(Propagation::background)).gone()) << "the policy may change";
    EXPECT_FALSE(maps->find("held"));
  }
}

TEST_F(LiveDeletion, OfAServiceOrAnAccountAnswersTheObjectThatIsGone) {
  const Plane plane = ready_plane("answers");
  const Resource accounts = plane.resource("v1", "serviceaccounts").in("default");
  accounts.create(made_object("v1", "ServiceAccount", "robot"));
  const Removal removal = accounts.remove("robot");
  EXPECT_TRUE(removal.gone());
  ASSERT_TRUE(removal.object());
  EXPECT_EQ(removal.object()->name(), "robot");
  EXPECT_FALSE(accounts.find("robot"));
}

TEST_F(LiveDeletion, OfAPodOnANodeNeedsAGracePeriodOfZero) {
  const Plane plane = ready_plane("grace");
  make_account(plane, "default");
  const Resource pods = plane.resource("v1", "pods").in("default");
  pods.create(pod_on_a_node("bound"));
  const Removal marked = pods.remove("bound");
  EXPECT_TRUE(marked.lingers());
  EXPECT_NE(marked.held_by().find("grace period 30 s"), std::string::npos) << marked.held_by();
  DeleteOptions now;
  now.grace_period = std::chrono::seconds{0};
  EXPECT_TRUE(pods.remove("bound", now).gone());
  EXPECT_FALSE(pods.find("bound"));
}

TEST_F(LiveDeletion, OfJobsOrphansOneByOneButNotAllTogether) {
  const Resource jobs = ready_plane("jobs").resource("batch/v1", "jobs").in("default");
  jobs.create(job("one"));
  jobs.create(job("two"));
  EXPECT_TRUE(jobs.remove("one").lingers());
  jobs.remove_collection();
  EXPECT_TRUE(jobs.list().all().empty());
}

TEST_F(LiveDeletion, OfAClaimIsHeldByItsProtection) {
  const Resource claims = ready_plane("claims").resource("v1", "persistentvolumeclaims").in("default");
  claims.create(claim("data"));
  const Removal marked = claims.remove("data");
  EXPECT_NE(marked.held_by().find("kubernetes.io/pvc-protection"), std::string::npos) << marked.held_by();
  claims.patch("data", PatchType::merge, R"({"metadata":{"finalizers":null}})");
  EXPECT_FALSE(claims.find("data"));
}

TEST_F(LiveDeletion, WaitThatTimesOutSaysWhatHoldsTheObject) {
  const Plane plane = ready_plane("waits");
  const Resource maps = config_maps(plane);
  maps.create(held_by("example.com/busy", made_config_map("held", "x")));
  EXPECT_TRUE(maps.remove("held").lingers());
  try {
    static_cast<void>(maps.wait_for("held", conditions::gone(), milliseconds{500}));
    FAIL() << "nobody takes the finalizer away";
  } catch (const TimeoutError& error) {
    EXPECT_NE(std::string(error.what()).find("example.com/busy"), std::string::npos) << error.what();
  }
  maps.patch("held", PatchType::merge, R"({"metadata":{"finalizers":null}})");

  make_namespace(plane, "shop");
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers());
  try {
    static_cast<void>(namespaces(plane).wait_for("shop", conditions::gone(), milliseconds{500}));
    FAIL() << "nobody finalizes the namespace";
  } catch (const TimeoutError& error) {
    EXPECT_NE(std::string(error.what()).find("Terminating"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
}

TEST_F(LiveDeletion, OfANamespaceLeavesItTerminatingUntilItIsRemovedWithAllThatIsInIt) {
  const Plane plane = ready_plane("terminating");
  make_namespace(plane, "shop");
  const Resource maps = plane.resource("v1", "configmaps").in("shop");
  maps.create(made_config_map("old", "x"));
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers());
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers()) << "once more is no error";
  EXPECT_THROW(maps.create(made_config_map("fresh", "x")), NamespaceTerminating);
  EXPECT_TRUE(maps.find("old"));

  const NamespaceRemoval removed = plane.remove_namespace("shop", without_wait());
  EXPECT_TRUE(removed.existed);
  EXPECT_TRUE(removed.gone);
  EXPECT_TRUE(removed.finalized);
  EXPECT_FALSE(plane.remove_namespace("shop", without_wait()).existed);
  make_namespace(plane, "shop");
  EXPECT_FALSE(maps.find("old")) << "it was removed, not hidden";
  EXPECT_TRUE(plane.remove_namespace("shop"));
}

TEST_F(LiveDeletion, OfANamespaceMeetsEverythingThatAnAgentLeftInIt) {
  const Plane plane = ready_plane("left");
  const RemovedAtEnd definitions(plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions"));
  Manifests set;
  set.add(definition_of_things())
      .add(made_object("v1", "Namespace", "shop"))
      .add(in("shop", made_object("deletion.example.com/v1", "Thing", "odd")));
  plane.apply(set).raise_if_failed();
  make_account(plane, "shop");
  plane.resource("v1", "pods").in("shop").create(pod_on_a_node("bound"));
  plane.resource("batch/v1", "jobs").in("shop").create(job("busy"));
  plane.resource("v1", "persistentvolumeclaims").in("shop").create(claim("data"));
  const Resource maps = plane.resource("v1", "configmaps").in("shop");
  for (int i = 0; i < 3; ++i) maps.create(made_config_map("map-" + std::to_string(i), "x"));
  maps.create(made_config_map("waiting", "x"));
  EXPECT_TRUE(maps.remove("waiting", with(Propagation::foreground)).lingers());

  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  make_namespace(plane, "shop");
  EXPECT_EQ(names_in(plane, "deletion.example.com/v1", "things", "shop"), std::set<std::string>());
  for (const char* plural : {"pods", "persistentvolumeclaims", "serviceaccounts", "configmaps"}) {
    EXPECT_EQ(names_in(plane, "v1", plural, "shop"), std::set<std::string>()) << plural;
  }
  EXPECT_EQ(names_in(plane, "batch/v1", "jobs", "shop"), std::set<std::string>());
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
}

TEST_F(LiveDeletion, OfANamespaceReportsAForeignFinalizerUnlessItIsForced) {
  const Plane plane = ready_plane("foreign");
  make_namespace(plane, "shop");
  const Resource maps = plane.resource("v1", "configmaps").in("shop");
  maps.create(held_by("example.com/busy", made_config_map("held", "x")));
  maps.create(made_config_map("free", "x"));
  const NamespaceRemoval first = plane.remove_namespace("shop", without_wait());
  EXPECT_FALSE(first);
  ASSERT_EQ(first.held.size(), 1U);
  EXPECT_EQ(first.held[0].name, "held");
  EXPECT_NE(first.held[0].why.find("example.com/busy"), std::string::npos) << first.held[0].why;
  EXPECT_TRUE(namespaces(plane).find("shop")) << "finalizing it now would only hide what is in it";
  EXPECT_FALSE(maps.find("free"));
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait(FinalizerPolicy::all)));
  EXPECT_FALSE(namespaces(plane).find("shop"));
}

TEST_F(LiveDeletion, OfASystemNamespaceIsRefused) {
  const Plane plane = ready_plane("system");
  EXPECT_THROW(static_cast<void>(plane.remove_namespace("default")), ConfigError);
  EXPECT_THROW(namespaces(plane).remove("kube-system"), Forbidden);
}

TEST_F(LiveDeletion, OfASetLetsItBeAppliedAgain) {
  const Plane plane = ready_plane("again");
  Manifests set;
  set.add(made_object("v1", "Namespace", "shop"))
      .add(definition_of_things())
      .add(in("shop", made_config_map("settings", "x")))
      .add(in("shop", job("busy")))
      .add(in("shop", made_object("deletion.example.com/v1", "Thing", "one")))
      .add(in("default", claim("outside")));
  ManifestOptions options;
  options.controller_wait = milliseconds{0};
  for (int round = 0; round < 2; ++round) {
    plane.apply(set, options).raise_if_failed();
    plane.resource("v1", "secrets").in("shop").create(made_object("v1", "Secret", "left-by-an-agent"));
    const ManifestResults removed = plane.remove(set, options);
    removed.raise_if_failed();
    for (const ManifestResult& result : removed) {
      EXPECT_EQ(result.outcome, ManifestOutcome::removed) << result.manifest.kind << ": " << result.detail;
    }
    EXPECT_FALSE(namespaces(plane).find("shop"));
  }
  const ManifestResults nothing = plane.remove(set, options);
  nothing.raise_if_failed();
  for (const ManifestResult& result : nothing) EXPECT_EQ(result.outcome, ManifestOutcome::absent);
}

TEST_F(LiveDeletion, OfANamespaceThatIsNotFinishedIsWhatApplyComplainsOf) {
  const Plane plane = ready_plane("unfinished");
  make_namespace(plane, "shop");
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers());
  Manifests set;
  set.add(made_object("v1", "Namespace", "shop")).add(in("shop", made_config_map("settings", "x")));
  ManifestOptions options;
  options.controller_wait = milliseconds{0};
  const ManifestResults refused = plane.apply(set, options);
  EXPECT_EQ(refused.failed(), 2U);
  for (const ManifestResult& result : refused) {
    ASSERT_TRUE(result.error);
    EXPECT_THROW(result.error->raise(), NamespaceTerminating);
    EXPECT_NE(std::string(result.error->what()).find("remove_namespace"), std::string::npos) << result.error->what();
  }
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  plane.apply(set, options).raise_if_failed();
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
}

}  // namespace
}  // namespace kplane::live
