// Removing namespaces with all that is in them, on planes without controllers and on one with.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/planes.hpp"
#include "support/served.hpp"

namespace kplane::tests {
namespace {

using namespace std::chrono_literals;
using kplane::testing::Fault;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using ::testing::Each;
using ::testing::HasSubstr;

std::string named(const std::string& kind, const std::string& name, const std::string& finalizer = {},
                  const std::string& rest = {}) {
  const std::string finalizers = finalizer.empty() ? "" : R"(,"finalizers":[")" + finalizer + "\"]";
  return R"({"apiVersion":"v1","kind":")" + kind + R"(","metadata":{"name":")" + name + '"' + finalizers + '}' + rest +
         '}';
}

std::string in_namespace(const std::string& body, const std::string& ns) {
  const std::string metadata = R"("metadata":{)";
  std::string placed = body;
  return placed.insert(placed.find(metadata) + metadata.size(), R"("namespace":")" + ns + "\",");
}

std::string claim(const std::string& name) {
  return named("PersistentVolumeClaim", name, "",
               R"(,"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}})");
}

std::string bound_pod(const std::string& name) {
  return named("Pod", name, "", R"(,"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]})");
}

std::string job(const std::string& name) {
  return R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":")" + name +
         R"("},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})";
}

// A pod needs the account of its namespace, which a controller would make.
void make_default_account(const Plane& plane, const std::string& ns) {
  plane.resource("v1", "serviceaccounts").in(ns).apply(named("ServiceAccount", "default"));
}

constexpr const char* things_yaml = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
)";

RemoveNamespaceOptions without_wait(FinalizerPolicy finalizers = FinalizerPolicy::well_known) {
  RemoveNamespaceOptions options;
  options.controller_wait = 0ms;
  options.finalizers = finalizers;
  return options;
}

ManifestOptions at_once(FinalizerPolicy finalizers = FinalizerPolicy::well_known) {
  ManifestOptions options;
  options.controller_wait = 0ms;
  options.finalizers = finalizers;
  return options;
}

std::vector<ManifestOutcome> outcomes_of(const ManifestResults& results) {
  std::vector<ManifestOutcome> all;
  for (const ManifestResult& result : results) all.push_back(result.outcome);
  return all;
}

class NamespaceRemovalTest : public ::testing::Test {
 protected:
  [[nodiscard]] static Resource namespaces(const Plane& plane) { return plane.resource("v1", "namespaces"); }
  [[nodiscard]] static Resource maps(const Plane& plane) { return plane.resource("v1", "configmaps").in("shop"); }

  /// One of everything that a deletion alone does not get rid of.
  static void fill_shop(const Plane& plane) {
    if (!namespaces(plane).find("shop")) namespaces(plane).create(named("Namespace", "shop"));
    Manifests things = Manifests::from_yaml(things_yaml);
    things.add(R"({"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"odd","namespace":"shop"}})");
    plane.apply(things).raise_if_failed();
    maps(plane).apply(named("ConfigMap", "plain"));
    maps(plane).apply(named("ConfigMap", "orphaned", "orphan"));
    plane.resource("v1", "persistentvolumeclaims").in("shop").apply(claim("data"));
    make_default_account(plane, "shop");
    plane.resource("v1", "pods").in("shop").apply(bound_pod("bound"));
    plane.resource("batch/v1", "jobs").in("shop").apply(job("busy"));
  }

  /// What is in the namespace, whether it is there or not.
  static std::size_t left_in_shop(const Plane& plane) {
    std::size_t count = maps(plane).list().all().size();
    for (const char* plural : {"pods", "persistentvolumeclaims"}) {
      count += plane.resource("v1", plural).in("shop").list().all().size();
    }
    count += plane.resource("batch/v1", "jobs").in("shop").list().all().size();
    return count + plane.resource("example.com/v1", "things").in("shop").list().all().size();
  }

  LocalServer server;
  Client client = server.client();
  Plane plane = client.plane("a");
};

TEST_F(NamespaceRemovalTest, LeavesNothingBehind) {
  for (const auto wait : {0ms, 20ms}) {
    fill_shop(plane);
    RemoveNamespaceOptions options;
    options.controller_wait = wait;
    const NamespaceRemoval removed = plane.remove_namespace("shop", options);
    EXPECT_TRUE(removed.existed);
    EXPECT_TRUE(removed.gone);
    EXPECT_TRUE(removed.finalized);
    EXPECT_TRUE(removed.held.empty());
    EXPECT_FALSE(namespaces(plane).find("shop"));
    EXPECT_EQ(left_in_shop(plane), 0U);
    namespaces(plane).create(named("Namespace", "shop"));
    EXPECT_EQ(left_in_shop(plane), 0U) << "nothing was only hidden";
    EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  }
  const NamespaceRemoval again = plane.remove_namespace("shop");
  EXPECT_FALSE(again.existed);
  EXPECT_TRUE(again.gone);
}

TEST_F(NamespaceRemovalTest, MayBeBrokenOffAnywhereAndBegunAgain) {
  int broken = 0;
  for (const bool is_carried_out : {false, true}) {
    for (int number = 1; number < 90; number += 4) {
      fill_shop(plane);
      StopSource source;
      int answered = 0;
      ClientOptions once = server.client_options();
      once.retry.max_attempts = 1;
      if (is_carried_out) {
        once.observer = [&](const RequestEvent&) {
          if (++answered == number) source.request_stop();
        };
      }
      const Plane unlucky = Client(server.base_url(), once).plane("a");
      Fault fault;
      fault.every = number;
      fault.status = 500;
      if (!is_carried_out) server.add_fault(fault);
      RemoveNamespaceOptions options = without_wait();
      options.stop = source.token();
      try {
        EXPECT_TRUE(unlucky.remove_namespace("shop", options)) << "the end came too late";
      } catch (const Error&) {
        ++broken;
      }
      server.clear_faults();
      EXPECT_TRUE(plane.remove_namespace("shop", without_wait()).gone) << "after request " << number;
      EXPECT_FALSE(namespaces(plane).find("shop"));
      EXPECT_EQ(left_in_shop(plane), 0U) << "after request " << number;
    }
  }
  EXPECT_GT(broken, 20);
}

TEST_F(NamespaceRemovalTest, FinishesWhatSomebodyElseBegan) {
  fill_shop(plane);
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers());
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  EXPECT_EQ(left_in_shop(plane), 0U);
}

TEST_F(NamespaceRemovalTest, ReportsWhatAForeignFinalizerHoldsAndDoesNotHideIt) {
  fill_shop(plane);
  maps(plane).create(named("ConfigMap", "held", "x.io/busy"));
  const NamespaceRemoval removed = plane.remove_namespace("shop", without_wait());
  EXPECT_TRUE(removed.existed);
  EXPECT_FALSE(removed);
  ASSERT_EQ(removed.held.size(), 1U);
  EXPECT_EQ(removed.held[0].plural, "configmaps");
  EXPECT_EQ(removed.held[0].ns, "shop");
  EXPECT_EQ(removed.held[0].name, "held");
  EXPECT_THAT(removed.held[0].why, HasSubstr("x.io/busy"));
  EXPECT_EQ(left_in_shop(plane), 1U);
  EXPECT_TRUE(namespaces(plane).find("shop"));
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait(FinalizerPolicy::all)));
  EXPECT_EQ(left_in_shop(plane), 0U);
}

TEST_F(NamespaceRemovalTest, KeepsEvenWellKnownFinalizersWhereThatIsAsked) {
  namespaces(plane).create(named("Namespace", "shop"));
  plane.resource("v1", "persistentvolumeclaims").in("shop").create(claim("data"));
  const NamespaceRemoval removed = plane.remove_namespace("shop", without_wait(FinalizerPolicy::keep));
  ASSERT_EQ(removed.held.size(), 1U);
  EXPECT_THAT(removed.held[0].why, HasSubstr("kubernetes.io/pvc-protection"));
}

TEST_F(NamespaceRemovalTest, FinalizersOfTheNamespaceItselfCountToo) {
  namespaces(plane).create(named("Namespace", "shop", "x.io/busy"));
  const NamespaceRemoval removed = plane.remove_namespace("shop", without_wait());
  ASSERT_EQ(removed.held.size(), 1U);
  EXPECT_EQ(removed.held[0].plural, "namespaces");
  EXPECT_THAT(removed.held[0].why, HasSubstr("x.io/busy"));
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait(FinalizerPolicy::all)));

  namespaces(plane).create(named("Namespace", "shop"));
  DeleteOptions foreground;
  foreground.propagation = Propagation::foreground;
  EXPECT_TRUE(namespaces(plane).remove("shop", foreground).lingers());
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
}

TEST_F(NamespaceRemovalTest, TakesSeveralPagesOfObjects) {
  namespaces(plane).create(named("Namespace", "shop"));
  for (int i = 0; i < 510; ++i) maps(plane).create(named("ConfigMap", "map-" + std::to_string(i), "orphan"));
  maps(plane).create(named("ConfigMap", "last", "x.io/busy"));
  for (int i = 0; i < 510; ++i) {
    const std::string name = "claim-" + std::to_string(i);
    plane.resource("v1", "persistentvolumeclaims").in("shop").create(claim(name));
  }
  EXPECT_EQ(plane.remove_namespace("shop", without_wait()).held.size(), 1U);
  EXPECT_EQ(maps(plane).list().all().size(), 1U);
  EXPECT_TRUE(plane.resource("v1", "persistentvolumeclaims").in("shop").list().all().empty());
}

TEST_F(NamespaceRemovalTest, GivesEachObjectsRequestItsOwnTime) {
  constexpr int claims = 60;
  namespaces(plane).create(named("Namespace", "shop"));
  const Resource all = plane.resource("v1", "persistentvolumeclaims").in("shop");
  for (int i = 0; i < claims; ++i) all.create(claim("claim-" + std::to_string(i)));
  Fault slow;
  slow.method = "PATCH";
  slow.path_contains = "/persistentvolumeclaims/";
  slow.times = -1;
  slow.delay = 20ms;
  server.add_fault(slow);
  ClientOptions options = server.client_options();
  options.request_timeout = 500ms;  // less than the changes of one page take together
  options.retry.max_attempts = 1;
  const Client impatient(server.base_url(), options);
  EXPECT_TRUE(impatient.plane("a").remove_namespace("shop", without_wait()));
  EXPECT_GE(server.request_count("/persistentvolumeclaims/", "PATCH"), static_cast<std::size_t>(claims));
  EXPECT_TRUE(all.list().all().empty());
}

TEST_F(NamespaceRemovalTest, AsksForEachTypeOnceWhereNothingIsThere) {
  namespaces(plane).create(named("Namespace", "shop"));
  const std::size_t before = server.request_count();
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  const std::size_t lists = server.request_count("/namespaces/shop/", "GET");
  constexpr std::size_t others = 6;  // DELETE, three of discovery, GET, PUT
  EXPECT_EQ(server.request_count() - before, lists + others);
  EXPECT_GT(lists, 20U);
}

TEST_F(NamespaceRemovalTest, RefusesSystemNamespacesBeforeAnythingIsSent) {
  const std::size_t before = server.request_count();
  for (const char* name : {"default", "kube-system", "kube-public", "", "Not A Name"}) {
    EXPECT_THROW(static_cast<void>(plane.remove_namespace(name)), ConfigError) << name;
  }
  EXPECT_EQ(server.request_count(), before);
}

TEST_F(NamespaceRemovalTest, StopAndTimeoutSayHowFarItCame) {
  fill_shop(plane);
  StopSource source;
  RemoveNamespaceOptions options;
  options.controller_wait = 1min;
  options.stop = source.token();
  server.on_request([&](const std::string& method, const std::string& target) {
    const std::string end = "/namespaces/shop";
    const bool is_wait = target.size() > end.size() && target.compare(target.size() - end.size(), end.size(), end) == 0;
    if (method == "GET" && is_wait) source.request_stop();
  });
  try {
    static_cast<void>(plane.remove_namespace("shop", options));
    FAIL() << "it was stopped";
  } catch (const StoppedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("shop is marked for deletion"));
  }
  options.stop = {};
  options.timeout = 100ms;
  server.on_request({});
  try {
    static_cast<void>(plane.remove_namespace("shop", options));
    FAIL() << "the time was up";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("namespace shop"));
  }
}

TEST_F(NamespaceRemovalTest, ErrorOfTheServerIsTheCallers) {
  fill_shop(plane);
  Fault fault;
  fault.method = "GET";
  fault.path_contains = "/namespaces/shop/secrets";
  fault.times = -1;
  fault.status = 403;
  fault.body = R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})";
  server.add_fault(fault);
  EXPECT_THROW(static_cast<void>(plane.remove_namespace("shop", without_wait())), Forbidden);
  EXPECT_TRUE(namespaces(plane).find("shop")) << "what is not known to be empty is not finalized";
  server.clear_faults();
  fault.status = 404;
  fault.body = "404 page not found";
  server.add_fault(fault);
  EXPECT_THROW(static_cast<void>(plane.remove_namespace("shop", without_wait())), NotFound) << "of a built-in type";
}

TEST_F(NamespaceRemovalTest, GoesOnWhereTheTroublePassed) {
  fill_shop(plane);
  ClientOptions once = server.client_options();
  once.retry.max_attempts = 1;
  const Plane unlucky = Client(server.base_url(), once).plane("a");
  for (const char* path : {"/namespaces/shop", "/apis", "/namespaces/shop/secrets", "/finalize"}) {
    Fault fault;
    fault.path_contains = path;
    fault.times = 2;
    fault.status = 503;
    fault.body = "cluster CRD runtime unavailable";
    server.add_fault(fault);
  }
  const NamespaceRemoval removed = unlucky.remove_namespace("shop", without_wait());
  EXPECT_TRUE(removed.existed && removed.gone && removed.finalized);
  EXPECT_EQ(left_in_shop(plane), 0U);
}

TEST_F(NamespaceRemovalTest, ObjectOfASetThatMayNotBeLookedAtLingersAndSaysWhy) {
  Manifests set;
  set.add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/busy"]}})");
  plane.apply(set).raise_if_failed();
  Fault fault;
  fault.method = "GET";
  fault.path_contains = "/configmaps/held";
  fault.status = 403;
  fault.body = R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"look away","code":403})";
  server.add_fault(fault);
  const ManifestResults removed = plane.remove(set, at_once());
  EXPECT_EQ(removed[0].outcome, ManifestOutcome::lingers);
  EXPECT_THAT(removed[0].detail, HasSubstr("x.io/busy"));
  EXPECT_THAT(removed[0].detail, HasSubstr("look away"));
}

TEST_F(NamespaceRemovalTest, TypeWithoutADeletionOfCollectionsIsEmptiedOneByOne) {
  fill_shop(plane);
  Fault fault;
  fault.method = "DELETE";
  fault.path_contains = "/namespaces/shop/configmaps";
  fault.status = 405;
  server.add_fault(fault);
  EXPECT_TRUE(plane.remove_namespace("shop", without_wait()));
  EXPECT_EQ(left_in_shop(plane), 0U);
}

TEST(NamespaceRemovalWithController, IsTheControllersWork) {
  LocalServerOptions options;
  options.finalize_namespaces = true;
  LocalServer server(options);
  const Plane plane = server.client().plane("a");
  plane.resource("v1", "namespaces").create(named("Namespace", "shop"));
  plane.resource("v1", "configmaps").in("shop").create(named("ConfigMap", "a"));
  RemoveNamespaceOptions patient;
  patient.controller_wait = 1min;
  const NamespaceRemoval removed = plane.remove_namespace("shop", patient);
  EXPECT_TRUE(removed.existed);
  EXPECT_TRUE(removed.gone);
  EXPECT_FALSE(removed.finalized);
}

TEST(NamespaceRemovalWithController, IsAwaitedByApply) {
  LocalServerOptions options;
  options.finalize_namespaces = true;
  LocalServer server(options);
  const Plane plane = server.client().plane("a");
  Manifests set;
  set.add(named("Namespace", "shop"))
      .add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}})");
  ManifestOptions patient;
  patient.controller_wait = 1min;
  for (int i = 0; i < 3; ++i) {
    plane.apply(set, patient).raise_if_failed();
    EXPECT_TRUE(plane.resource("v1", "namespaces").remove("shop"));
  }
}

TEST_F(NamespaceRemovalTest, SetIsAppliedAndRemovedAgainAndAgain) {
  Manifests set = Manifests::from_yaml(things_yaml);
  set.add(named("Namespace", "shop"))
      .add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}})")
      .add(in_namespace(job("j"), "shop"))
      .add(in_namespace(claim("inside"), "shop"))
      .add(in_namespace(claim("outside"), "default"))
      .add(in_namespace(bound_pod("p"), "default"));
  make_default_account(plane, "default");
  for (const auto wait : {0ms, 20ms}) {
    ManifestOptions options;
    options.controller_wait = wait;
    plane.apply(set, options).raise_if_failed();
    plane.resource("v1", "secrets").in("shop").create(named("Secret", "left-by-an-agent"));
    const ManifestResults removed = plane.remove(set, options);
    removed.raise_if_failed();
    EXPECT_THAT(outcomes_of(removed), Each(ManifestOutcome::removed));
    EXPECT_EQ(removed.lingering(), 0U);
    EXPECT_TRUE(plane.resource("v1", "secrets").in("shop").list().all().empty());
    EXPECT_FALSE(namespaces(plane).find("shop"));
    EXPECT_THAT(outcomes_of(plane.remove(set, options)), Each(ManifestOutcome::absent));
  }
}

TEST_F(NamespaceRemovalTest, SetIsRemovedFromManyPlanesAtOnce) {
  Manifests set;
  set.add(named("Namespace", "shop"))
      .add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}})");
  const std::vector<Plane> planes = planes_of(client, 12);
  ManifestOptions options;
  options.controller_wait = 50ms;
  for (const ManifestResults& results : client.apply(planes, set, options)) results.raise_if_failed();
  std::size_t done = 0;
  BatchOptions batch;
  batch.concurrency = 3;
  const auto all = client.remove(planes, set, options, batch,
                                 [&](std::size_t number, std::size_t, const ManifestResults&) { done = number; });
  EXPECT_EQ(done, planes.size());
  for (const ManifestResults& results : all) {
    EXPECT_THAT(outcomes_of(results), Each(ManifestOutcome::removed)) << results.plane().cluster();
    EXPECT_FALSE(namespaces(results.plane()).find("shop"));
    EXPECT_TRUE(maps(results.plane()).list().all().empty());
  }
}

TEST_F(NamespaceRemovalTest, ObjectOfASetThatSomethingHoldsLingersAndSaysWhy) {
  Manifests set;
  set.add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/busy"]}})");
  plane.apply(set).raise_if_failed();
  const ManifestResults removed = plane.remove(set, at_once());
  EXPECT_TRUE(removed) << "it is no failure";
  EXPECT_EQ(removed.lingering(), 1U);
  EXPECT_EQ(removed[0].outcome, ManifestOutcome::lingers);
  EXPECT_THAT(removed[0].detail, HasSubstr("x.io/busy"));
  EXPECT_EQ(plane.remove(set, at_once(FinalizerPolicy::all))[0].outcome, ManifestOutcome::removed);
}

TEST_F(NamespaceRemovalTest, NamespaceOfASetThatCannotGoLingersAndSaysWhatIsInIt) {
  Manifests set;
  set.add(named("Namespace", "shop"));
  plane.apply(set).raise_if_failed();
  maps(plane).create(named("ConfigMap", "held", "x.io/busy"));
  const ManifestResults removed = plane.remove(set, at_once());
  EXPECT_EQ(removed[0].outcome, ManifestOutcome::lingers);
  EXPECT_THAT(removed[0].detail, HasSubstr("configmaps shop/held"));
}

TEST_F(NamespaceRemovalTest, DryRunOfASetRemovesNothing) {
  Manifests set;
  set.add(named("Namespace", "shop"));
  plane.apply(set).raise_if_failed();
  maps(plane).create(named("ConfigMap", "a"));
  ManifestOptions options;
  options.dry_run = true;
  EXPECT_EQ(plane.remove(set, options)[0].outcome, ManifestOutcome::removed);
  EXPECT_EQ(namespaces(plane).get("shop").get<std::string>("/status/phase"), "Active");
  EXPECT_EQ(maps(plane).list().all().size(), 1U);
}

TEST_F(NamespaceRemovalTest, ApplyToATerminatingNamespaceSaysWhatToDo) {
  Manifests set;
  set.add(named("Namespace", "shop"))
      .add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}})");
  plane.apply(set).raise_if_failed();
  EXPECT_TRUE(maps(plane).remove("a"));
  EXPECT_TRUE(namespaces(plane).remove("shop").lingers());
  const std::size_t before = server.request_count();
  const ManifestResults refused = plane.apply(set, at_once());
  EXPECT_EQ(server.request_count() - before, 2U) << "neither is repeated";
  for (const ManifestResult& result : refused) {
    EXPECT_EQ(result.outcome, ManifestOutcome::failed);
    EXPECT_THROW(result.error->raise(), NamespaceTerminating);
    EXPECT_THAT(result.error->what(), HasSubstr("Plane::remove_namespace()"));
  }
}

TEST_F(NamespaceRemovalTest, RemovalOfAnObjectSaysWhetherItIsGone) {
  const Resource here = plane.resource("v1", "configmaps").in("default");
  here.create(named("ConfigMap", "plain"));
  here.create(named("ConfigMap", "held", "x.io/busy"));
  const Removal plain = here.remove("plain");
  EXPECT_TRUE(plain.existed() && plain.gone() && !plain.lingers());
  EXPECT_EQ(plain.held_by(), "");
  const Removal held = here.remove("held");
  EXPECT_TRUE(held.existed() && held.lingers() && !held.gone());
  EXPECT_THAT(held.held_by(), HasSubstr("finalizers x.io/busy"));
  EXPECT_EQ(held.object()->name(), "held");
  const bool was_there = here.remove("absent");
  EXPECT_FALSE(was_there);
  try {
    static_cast<void>(here.wait_for("held", conditions::gone(), 50ms));
    FAIL() << "it is held";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("finalizers x.io/busy"));
  }
}

TEST_F(NamespaceRemovalTest, RemoveCollectionLeavesNoJobs) {
  const Resource jobs = plane.resource("batch/v1", "jobs").in("default");
  jobs.create(job("a"));
  EXPECT_TRUE(jobs.remove("a").lingers()) << "as the server has it";
  jobs.remove_collection();
  EXPECT_TRUE(jobs.list().all().empty());
}

}  // namespace
}  // namespace kplane::tests
