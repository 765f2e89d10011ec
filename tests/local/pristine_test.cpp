// Episodes that begin again: baselines, restoring planes, purging them, and forking one into others.
#include <nlohmann/json.hpp>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "support/planes.hpp"
#include "support/shop.hpp"

namespace kplane::tests {
namespace {

using namespace std::chrono_literals;
using kplane::testing::Fault;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void make_shop(const Plane& plane) {
  plane.wait_until_ready();
  build_shop(plane);
}

class PristineTest : public ::testing::Test {
 protected:
  void SetUp() override { make_shop(plane); }

  static BaselineOptions at_once() {
    BaselineOptions options;
    options.quiet = 0ms;
    return options;
  }

  [[nodiscard]] static Snapshot everything(const Plane& plane) {
    StateOptions options;
    options.warm = true;
    options.listed_types = {{"example.com/v1", "things"}};
    return plane.state(options);
  }

  LocalServer server;
  Client client = server.client();
  Plane plane = client.plane("a");
};

TEST_F(PristineTest, EpisodeOfFourActionsIsUndoneWithAFewRequests) {
  const Baseline baseline = plane.baseline(at_once());
  const Digest before = digest(everything(plane));
  EXPECT_EQ(baseline.digest(), before);
  play(plane);
  EXPECT_NE(digest(everything(plane)), before);
  const std::size_t requests = server.request_count();
  const RestoreResult restored = plane.restore(baseline);
  EXPECT_LE(server.request_count() - requests, 12U);
  EXPECT_TRUE(restored);
  EXPECT_EQ(restored.undone().size(), 4U);
  EXPECT_EQ(digest(everything(plane)), before);
  plane.verify_pristine(baseline);
}

TEST_F(PristineTest, EverythingThatAnAgentCanDoIsUndone) {
  const Baseline baseline = plane.baseline(at_once());
  const std::string uid = deployments(plane).get("web").uid();
  for (int episode = 0; episode < 3; ++episode) {
    ravage(plane);
    plane.restore(baseline);
    EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
    EXPECT_EQ(digest(everything(plane)), baseline.digest());
    EXPECT_EQ(deployments(plane).get("web").uid(), uid) << "what can be put back is not made again";
    EXPECT_EQ(core(plane, "secrets").get("key").get<std::string>("/data/password"), "b3Blbi1zZXNhbWU=");
    plane.apply(Manifests::from_yaml(shop_yaml)).raise_if_failed();  // nobody else owns a field of it
    plane.verify_pristine(baseline);
  }
}

TEST_F(PristineTest, NamespaceThatIsBeingDeletedComesBackWithAllThatWasInIt) {
  const Baseline baseline = plane.baseline(at_once());
  EXPECT_TRUE(plane.resource("v1", "namespaces").remove("shop").lingers());
  EXPECT_THROW(plane.verify_pristine(baseline), NotPristine);
  plane.restore(baseline);
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
  RemoveNamespaceOptions now;
  now.controller_wait = 0ms;
  now.finalizers = FinalizerPolicy::all;
  EXPECT_TRUE(plane.remove_namespace("shop", now));
  plane.restore(baseline);
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
}

TEST_F(PristineTest, CustomTypeComesBackWithItsObjects) {
  const Baseline baseline = plane.baseline(at_once());
  plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions").remove("things.example.com");
  plane.restore(baseline);
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
  // One that is held by an object of its own.
  things(plane).patch("odd", PatchType::merge, R"({"metadata":{"finalizers":["x.io/a"]}})");
  plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions").remove("things.example.com");
  plane.restore(baseline);
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
  // And one that was not there.
  plane
      .apply(Manifests::from_yaml(R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: traps.agent.io}
spec:
  group: agent.io
  scope: Cluster
  names: {kind: Trap, plural: traps, singular: trap}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
{apiVersion: agent.io/v1, kind: Trap, metadata: {name: pit, finalizers: [agent.io/deep]}}
)"))
      .raise_if_failed();
  plane.restore(baseline);
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
  EXPECT_FALSE(plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions").find("traps.agent.io"));
}

TEST_F(PristineTest, RestoreMayBeBrokenOffAnywhereAndBegunAgain) {
  const Baseline baseline = plane.baseline(at_once());
  int broken = 0;
  for (const bool is_carried_out : {false, true}) {
    for (int number = 1; number < 50; number += 3) {
      ravage(plane);
      StopSource source;
      std::atomic<int> answered{0};
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
      fault.times = -1;
      fault.status = 403;
      if (!is_carried_out) server.add_fault(fault);
      RestoreOptions options;
      options.stop = source.token();
      options.timeout = 1s;
      try {
        unlucky.restore(baseline, options);
      } catch (const Error&) {
        ++broken;
      }
      server.clear_faults();
      plane.restore(baseline);
      EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty()) << "after request " << number;
    }
  }
  EXPECT_GT(broken, 10);
}

/// In a process of its own. @return its exit code
int restore_when_told(int start, const LocalServer& server, const Baseline& baseline) {
  char told = 0;
  if (::read(start, &told, 1) != 1) return 1;
  try {
    server.client().plane("a").restore(baseline);
  } catch (const Error&) {
    return 2;
  }
  return 0;
}

TEST_F(PristineTest, KilledRestoreIsSimplyBegunAgain) {
  const Baseline baseline = plane.baseline(at_once());
  int killed = 0;
  for (int number = 1; number < 40; number += 4) {
    ravage(plane);
    std::atomic<int> seen{0};
    std::atomic<pid_t> child{0};
    server.on_request([&](const std::string&, const std::string&) {
      if (++seen == number) ::kill(child, SIGKILL);
    });
    std::array<int, 2> start{};
    ASSERT_EQ(::pipe(start.data()), 0);
    const pid_t forked = ::fork();
    if (forked == 0) ::_exit(restore_when_told(start[0], server, baseline));
    child = forked;
    ASSERT_EQ(::write(start[1], "x", 1), 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    for (const int end : start) ::close(end);
    server.on_request({});
    plane.restore(baseline);
    EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty()) << "after request " << number;
  }
  EXPECT_GT(killed, 4);
}

TEST_F(PristineTest, NotPristineSaysWhatDiffersAndNoContent) {
  const Baseline baseline = plane.baseline(at_once());
  plane.verify_pristine(baseline);
  core(plane, "secrets").patch("key", PatchType::merge, R"({"stringData":{"password":"stolen"}})");
  core(plane, "configmaps").create(map_of("extra"));
  try {
    plane.verify_pristine(baseline);
    FAIL() << "it is not pristine";
  } catch (const NotPristine& error) {
    ASSERT_EQ(error.changes().size(), 2U);
    EXPECT_EQ(error.changes()[0].name, "extra");
    EXPECT_EQ(error.changes()[0].type, ChangeType::added);
    EXPECT_THAT(error.what(), HasSubstr("added configmaps shop/extra"));
    EXPECT_THAT(error.what(), HasSubstr("modified secrets shop/key at /data/password"));
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("c3RvbGVu")));
  }
}

TEST_F(PristineTest, BaselineIsKeptAsText) {
  BaselineOptions options = at_once();
  options.ignored.ignored_fields = {"/metadata/annotations/note"};
  options.ignored.ignored_types = {"endpoints"};
  const Baseline baseline = plane.baseline(options);
  const Baseline kept = Baseline::from_json(baseline.json());
  EXPECT_EQ(kept.digest(), baseline.digest());
  EXPECT_EQ(kept.server_version(), baseline.server_version());
  EXPECT_EQ(kept.ignored().ignored_fields, options.ignored.ignored_fields);
  EXPECT_EQ(kept.json(), baseline.json());
  ravage(plane);
  core(plane, "pods").create(pod("noted"));
  server.client().plane("a").restore(kept);
  EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
}

// Its types become parts of the paths of requests.
TEST_F(PristineTest, ABaselineWhoseTypesWouldLeaveThePlaneIsRefused) {
  const nlohmann::json text = nlohmann::json::parse(plane.baseline(at_once()).json());
  for (const char* types : {"/types/0", "/listedTypes/0"}) {
    for (const char* field : {"/apiVersion", "/plural"}) {
      nlohmann::json forged = text;
      const nlohmann::json::json_pointer at(std::string(types) + field);
      ASSERT_TRUE(forged.contains(at)) << at.to_string();
      forged[at] = "../" + forged[at].get<std::string>();
      try {
        (void)Baseline::from_json(forged.dump());
        ADD_FAILURE() << at.to_string() << " was taken";
      } catch (const DecodeError& error) {
        EXPECT_THAT(error.what(), HasSubstr(std::string(field) + " of a type is not valid"));
      }
    }
  }
}

TEST_F(PristineTest, DamagedAndNewerBaselinesAreRefused) {
  const std::string text = plane.baseline(at_once()).json();
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string changed = text;
    return changed.replace(changed.find(what), what.size(), instead);
  };
  EXPECT_THROW((void)Baseline::from_json(""), DecodeError);
  EXPECT_THROW((void)Baseline::from_json("{}"), DecodeError);
  EXPECT_THROW((void)Baseline::from_json(text.substr(0, text.size() / 2)), DecodeError);
  EXPECT_THROW((void)Baseline::from_json(with("green", "brown")), DecodeError);
  EXPECT_THROW((void)Baseline::from_json(with("\"formatVersion\":1", "\"formatVersion\":2")), DecodeError);
  const std::string version = server.client().plane("a").baseline(at_once()).server_version();
  const Baseline other = Baseline::from_json(with(version, "v1.99.0"));
  ravage(plane);
  try {
    plane.restore(other);
    FAIL() << "it is of another server";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("v1.99.0"));
    EXPECT_THAT(error.what(), HasSubstr(version));
  }
  EXPECT_THROW(plane.verify_pristine(other), ConfigError);
  EXPECT_TRUE(core(plane, "configmaps").find("left-behind")) << "nothing was touched";
}

TEST_F(PristineTest, SystemObjectsArePutBackAndThoseOfTheServerStay) {
  const Baseline baseline = plane.baseline(at_once());
  const Resource roles = plane.resource("rbac.authorization.k8s.io/v1", "clusterroles");
  roles.remove("cluster-admin");
  roles.patch("system:discovery", PatchType::merge, R"({"rules":null})");
  plane.resource("v1", "namespaces").patch("default", PatchType::merge, R"({"metadata":{"labels":{"x":"y"}}})");
  plane.resource("v1", "configmaps").in("kube-system").create(map_of("agents"));
  plane.restore(baseline);
  EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
}

constexpr const char* job_json =
    R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"bake","namespace":"shop"},"spec":{"template":{"spec":)"
    R"({"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})";
constexpr const char* selected_job_json =
    R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"chosen","namespace":"shop"},"spec":{"manualSelector":)"
    R"(true,"selector":{"matchLabels":{"controller-uid":"mine"}},"template":{"metadata":{"labels":)"
    R"({"controller-uid":"mine"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})";

Resource jobs(const Plane& plane) { return plane.resource("batch/v1", "jobs").in("shop"); }

TEST_F(PristineTest, DeletedJobIsMadeAgainWithASelectorOfItsOwn) {
  jobs(plane).create(job_json);
  jobs(plane).create(selected_job_json);
  const Baseline baseline = plane.baseline(at_once());
  const std::string uid = jobs(plane).get("bake").uid();
  for (int episode = 0; episode < 2; ++episode) {
    jobs(plane).remove("bake", {Propagation::background});
    jobs(plane).remove("chosen", {Propagation::background});
    plane.restore(baseline);
    const Object again = jobs(plane).get("bake");
    EXPECT_NE(again.uid(), uid);
    EXPECT_EQ(again.get<std::string>("/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid"), again.uid());
    EXPECT_EQ(jobs(plane).get("chosen").get<std::string>("/spec/selector/matchLabels/controller-uid"), "mine");
    EXPECT_EQ(digest(everything(plane)), baseline.digest());
  }
  // One that was changed has the selector of its own uid, which the baseline does not know.
  const std::string present = jobs(plane).get("bake").uid();
  jobs(plane).patch("bake", PatchType::merge, R"({"spec":{"parallelism":7}})");
  plane.restore(baseline);
  EXPECT_EQ(jobs(plane).get("bake").uid(), present) << "what can be put back is not made again";
  EXPECT_EQ(digest(everything(plane)), baseline.digest());
}

TEST_F(PristineTest, PlaneWithAJobIsForked) {
  jobs(plane).create(job_json);
  jobs(plane).create(selected_job_json);
  const Snapshot source = everything(plane);
  const Plane fork = client.plane("fork");
  fork.wait_until_ready();
  fork.apply(plane.manifests(source)).raise_if_failed();
  EXPECT_THAT(diff(source, everything(fork)), IsEmpty());
}

/// Objects that bear the marks of a server's own.
void disguise(const Plane& plane) {
  deployments(plane).create(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"hidden","labels":{)"
      R"("kubernetes.io/bootstrapping":"rbac-defaults","app":"x"}},"spec":{"selector":{"matchLabels":{"app":"x"}},)"
      R"("template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  plane.resource("v1", "configmaps").in("kube-system").create(map_of("kube-apiserver-anything"));
  plane.resource("scheduling.k8s.io/v1", "priorityclasses")
      .create(
          R"({"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"hidden","annotations":)"
          R"({"apf.kubernetes.io/autoupdate-spec":"true"}},"value":7})");
}

void make_own_admin_role(const Plane& plane) {
  plane.resource("rbac.authorization.k8s.io/v1", "clusterroles")
      .create(
          R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"hidden","labels":)"
          R"({"kubernetes.io/bootstrapping":"rbac-defaults"}},)"
          R"("rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]})");
}

TEST_F(PristineTest, MarksOfAServersOwnObjectsHideNothing) {
  const Baseline baseline = plane.baseline(at_once());
  disguise(plane);
  make_own_admin_role(plane);
  try {
    plane.verify_pristine(baseline);
    FAIL() << "it is not pristine";
  } catch (const NotPristine& error) {
    EXPECT_EQ(error.changes().size(), 4U);
  }
  plane.restore(baseline);
  EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
  disguise(plane);
  plane.purge();
  EXPECT_FALSE(plane.resource("v1", "configmaps").in("kube-system").find("kube-apiserver-anything"));
  EXPECT_FALSE(plane.resource("scheduling.k8s.io/v1", "priorityclasses").find("hidden"));
  EXPECT_TRUE(plane.resource("rbac.authorization.k8s.io/v1", "clusterroles").find("cluster-admin"));
}

TEST_F(PristineTest, RightsAreTakenLast) {
  const Baseline baseline = plane.baseline(at_once());
  make_own_admin_role(plane);
  ravage(plane);
  std::vector<std::string> writes;
  std::mutex mutex;
  server.on_request([&](const std::string& method, const std::string& target) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (method != "GET") writes.push_back(method + ' ' + target);
  });
  plane.restore(baseline);
  server.on_request({});
  ASSERT_FALSE(writes.empty());
  EXPECT_THAT(writes.back(), HasSubstr("clusterroles/hidden"));
}

TEST_F(PristineTest, AdmissionThatIsBehindIsWaitedFor) {
  const Baseline baseline = plane.baseline(at_once());
  core(plane, "configmaps").remove("settings");
  Fault fault;
  fault.method = "POST";
  fault.path_contains = "/configmaps";
  fault.times = 6;
  fault.status = 403;
  server.add_fault(fault);
  plane.restore(baseline);
  EXPECT_TRUE(core(plane, "configmaps").find("settings"));
}

TEST_F(PristineTest, StateThatHidesAFailureIsNotBelieved) {
  const Baseline baseline = plane.baseline(at_once());
  const Snapshot before = plane.state({{}, true, true});
  Fault behind;  // the second look finds informers that have seen nothing yet
  behind.path_contains = "/clusters/a/control-plane/state";
  behind.every = 2;
  behind.status = 200;
  behind.body = std::string(before.raw());
  behind.content_type = "application/json";
  plane.resource("v1", "namespaces").remove("shop");
  server.add_fault(behind);
  Fault refusal;
  refusal.method = "POST";
  refusal.path_contains = "/namespaces/shop/configmaps";
  refusal.status = 403;
  server.add_fault(refusal);
  plane.restore(baseline);
  server.clear_faults();
  EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
}

TEST_F(PristineTest, TypeWithANameThatCannotBeAskedForFailsItsOwnPlaneAlone) {
  const Baseline baseline = plane.baseline(at_once());
  const Plane other = client.plane("b");
  make_shop(other);
  const Snapshot state = plane.state({{}, true, true});
  std::string hostile(state.raw());
  const std::string name = R"("plural":"things")";
  ASSERT_NE(hostile.find(name), std::string::npos);
  hostile.replace(hostile.find(name), name.size(), R"("plural":"Not A Type")");
  Fault fault;
  fault.path_contains = "/clusters/a/control-plane/state";
  fault.times = -1;
  fault.status = 200;
  fault.body = hostile;
  fault.content_type = "application/json";
  server.add_fault(fault);
  const auto results = client.restore({plane, other}, baseline);
  EXPECT_FALSE(results[0]);
  results[1].raise_if_failed();
}

TEST_F(PristineTest, NamespaceIsNotFinalizedWhileSomethingIsHeldInIt) {
  const Baseline baseline = plane.baseline(at_once());
  plane.resource("v1", "namespaces").create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"lair"}})");
  plane.resource("v1", "configmaps").in("lair").create(map_of("hoard", "x.io/agent"));
  RestoreOptions options;
  options.finalizers = FinalizerPolicy::well_known;
  options.timeout = 2s;
  EXPECT_THROW(plane.restore(baseline, options), NotPristine);
  EXPECT_TRUE(plane.resource("v1", "namespaces").find("lair"));
  EXPECT_TRUE(plane.resource("v1", "configmaps").in("lair").find("hoard"));
  plane.restore(baseline);
  EXPECT_FALSE(plane.resource("v1", "namespaces").find("lair"));
  EXPECT_THAT(diff(baseline.state(), everything(plane)), IsEmpty());
}

TEST_F(PristineTest, DiscoveryIsWithinTheDeadlines) {
  Fault fault;
  fault.path_contains = "/apis";
  fault.times = -1;
  fault.delay = 10s;
  server.add_fault(fault);
  BaselineOptions baseline = at_once();
  baseline.timeout = 200ms;
  EXPECT_THROW((void)plane.baseline(baseline), TimeoutError);
  PurgeOptions purge;
  purge.timeout = 200ms;
  EXPECT_THROW(plane.purge(purge), TimeoutError);
  BatchOptions batch;
  batch.timeout = 200ms;
  EXPECT_THROW(client.purge({plane}, {}, batch), TimeoutError);
}

TEST_F(PristineTest, CustomTypesMayBeNamedLikeThoseOfTheServer) {
  plane
      .apply(Manifests::from_yaml(R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: services.serving.example.com}
spec:
  group: serving.example.com
  scope: Namespaced
  names: {kind: Service, plural: services, singular: service}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
{apiVersion: serving.example.com/v1, kind: Service, metadata: {name: web, namespace: shop}, spec: text}
)"))
      .raise_if_failed();
  const Baseline baseline = plane.baseline(at_once());
  const Resource services = plane.resource("serving.example.com/v1", "services").in("shop");
  services.remove("web");
  Fault fault;
  fault.method = "POST";
  fault.path_contains = "/services";
  fault.status = 422;
  fault.body = R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422})";
  fault.content_type = "application/json";
  server.add_fault(fault);
  plane.restore(baseline);
  EXPECT_EQ(services.get("web").get<std::string>("/spec"), "text");
}

TEST_F(PristineTest, PurgedPlaneIsLikeAFreshOne) {
  ravage(plane);
  plane.resource("v1", "configmaps").in("default").create(map_of("agents"));
  plane.resource("rbac.authorization.k8s.io/v1", "clusterroles")
      .create(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"mine"}})");
  plane.purge();
  const Plane fresh = client.plane("fresh");
  fresh.wait_until_ready();
  std::vector<std::string> left;
  for (const Change& change : diff(fresh.state({{}, false, true}), plane.state({{}, false, true}))) {
    if (change.type == ChangeType::added) left.push_back(change.resource + ' ' + change.name);
  }
  EXPECT_THAT(left, IsEmpty());
  EXPECT_THAT(plane.purge().undone(), IsEmpty());
  make_shop(plane);
}

TEST_F(PristineTest, LivePlaneIsForkedIntoMany) {
  const Snapshot source = everything(plane);
  const Manifests manifests = plane.manifests(source);
  for (const Manifest& manifest : manifests) {
    EXPECT_THAT(manifest.json, ::testing::Not(HasSubstr("multicluster.k8s.io/cluster")));
    EXPECT_THAT(manifest.json, ::testing::Not(HasSubstr("\"uid\"")));
  }
  const std::vector<Plane> forks = planes_of(client, 4);
  for (const Plane& fork : forks) fork.wait_until_ready();
  for (const ManifestResults& results : client.apply(forks, manifests)) results.raise_if_failed();
  for (const Plane& fork : forks) EXPECT_THAT(diff(source, everything(fork)), IsEmpty()) << fork.cluster();
  const ManifestResults removed = forks[0].remove(manifests);
  removed.raise_if_failed();
}

TEST_F(PristineTest, BaselineOfOnePlaneServesAllPlanes) {
  plane.resource("rbac.authorization.k8s.io/v1", "clusterroles")
      .patch("view", PatchType::merge, R"({"metadata":{"annotations":{"x":"y"}}})");
  const Baseline baseline = plane.baseline(at_once());
  std::vector<Plane> planes = planes_of(client, 20);
  for (const Plane& one : planes) one.wait_until_ready();
  make_shop(planes[3]);
  ravage(planes[3]);
  planes[5] = client.plane("p5", {"not-the-token"});
  BatchOptions batch;
  batch.threads = 2;
  const auto results = client.restore(planes, baseline, {}, batch);
  ASSERT_EQ(results.size(), planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    EXPECT_EQ(results[i].plane().cluster(), planes[i].cluster());
    if (i == 5) {
      EXPECT_FALSE(results[i]);
      EXPECT_THROW(results[i].raise_if_failed(), Unauthorized);
      continue;
    }
    results[i].raise_if_failed();
    EXPECT_THAT(diff(baseline.state(), everything(planes[i])), IsEmpty()) << i;
  }
  EXPECT_THROW(client.restore({server.client().plane("x")}, baseline), ConfigError) << "of another client";
}

TEST_F(PristineTest, EndsInTimeWithWhatIsLeft) {
  const Baseline baseline = plane.baseline(at_once());
  play(plane);
  Fault fault;
  fault.method = "DELETE";
  fault.path_contains = "left-behind";
  fault.times = -1;
  fault.status = 503;
  server.add_fault(fault);
  RestoreOptions options;
  options.timeout = 2s;
  try {
    plane.restore(baseline, options);
    FAIL() << "it cannot be done";
  } catch (const NotPristine& error) {
    ASSERT_EQ(error.changes().size(), 1U);
    EXPECT_EQ(error.changes()[0].name, "left-behind");
    EXPECT_THAT(error.what(), HasSubstr("in time"));
    EXPECT_THAT(error.what(), HasSubstr("503"));
  }
  server.clear_faults();
  fault.status = 403;
  server.add_fault(fault);
  EXPECT_THROW(plane.restore(baseline), NotPristine) << "long before two minutes have passed";
}

TEST_F(PristineTest, FinalizersAreKeptWhereThatIsAsked) {
  const Baseline baseline = plane.baseline(at_once());
  core(plane, "configmaps").create(map_of("held", "x.io/busy"));
  RestoreOptions options;
  options.finalizers = FinalizerPolicy::well_known;
  options.timeout = 5s;
  try {
    plane.restore(baseline, options);
    FAIL() << "it is held";
  } catch (const NotPristine& error) {
    EXPECT_THAT(error.what(), HasSubstr("x.io/busy"));
  }
  plane.restore(baseline);
}

TEST_F(PristineTest, TypesOfAStateAreResources) {
  const Snapshot state = everything(plane);
  const std::size_t before = server.request_count();
  EXPECT_EQ(plane.resource(*state.by_resource("deployments")).in("shop").get("web").name(), "web");
  EXPECT_EQ(plane.resource(*state.by_resource("deployments")).api_version(), "apps/v1");
  EXPECT_EQ(plane.resource(*state.by_resource("configmaps")).api_version(), "v1");
  EXPECT_EQ(server.request_count() - before, 3U) << "two of discovery, once";
  EXPECT_EQ(client.plane("b").resource(*state.by_resource("roles")).api_version(), "rbac.authorization.k8s.io/v1");
  EXPECT_EQ(plane.resource(*state.by_resource("things")).in("shop").get("odd").name(), "odd");
  EXPECT_THROW((void)plane.resource(SnapshotResource{"example.com", "nothings"}), NotFound);
  EXPECT_THROW((void)plane.resource(SnapshotResource{"", "nothings"}), NotFound);
}

TEST_F(PristineTest, FurtherTypesStandBesideTheState) {
  const Snapshot without = plane.state();
  EXPECT_EQ(without.by_resource("things"), nullptr);
  const Snapshot with = everything(plane);
  ASSERT_NE(with.by_resource("things"), nullptr);
  EXPECT_TRUE(with.is_synced("things", "example.com"));
  EXPECT_EQ(with.by_resource("things")->items.size(), 1U);
  const Snapshot again = Snapshot::from_json(with.raw());
  EXPECT_EQ(digest(again), digest(with));
  EXPECT_EQ(again.live_resources, with.live_resources);
  EXPECT_EQ(again.snapshot_time, with.snapshot_time);
  StateOptions wrong;
  wrong.listed_types = {{"example.com/v1", "nothings"}};
  EXPECT_THROW((void)plane.state(wrong), NotFound);
  wrong.listed_types = {{"example.com/v1", "Not A Type"}};
  EXPECT_THROW((void)plane.state(wrong), ConfigError);
  EXPECT_THROW((void)client.states({plane}, wrong), ConfigError);
  StateOptions right;
  right.listed_types = {{"example.com/v1", "things"}, {"v1", "secrets"}};
  const auto results = client.states({plane, plane}, right);
  for (const StateResult& result : results) EXPECT_EQ((*result).by_resource("things")->items.size(), 1U);
}

TEST(Pristine, InformersThatAreBehindAreWaitedFor) {
  LocalServerOptions options;
  options.state_lag = 300ms;
  LocalServer server(options);
  const Plane plane = server.client().plane("a");
  plane.wait_until_ready();
  plane.resource("v1", "configmaps").in("default").create(map_of("one"));
  BaselineOptions settled;
  settled.quiet = 600ms;
  const Baseline baseline = plane.baseline(settled);
  ASSERT_EQ(baseline.state().by_resource("configmaps")->items.size(), 3U);
  for (int i = 0; i < 2; ++i) {
    plane.resource("v1", "configmaps").in("default").create(map_of("two"));
    plane.resource("v1", "configmaps").in("default").patch("one", PatchType::merge, R"({"data":{"x":"z"}})");
    RestoreOptions patient;
    patient.quiet = 400ms;
    plane.restore(baseline, patient);
    EXPECT_FALSE(plane.resource("v1", "configmaps").in("default").find("two"));
    EXPECT_EQ(plane.resource("v1", "configmaps").in("default").get("one").get<std::string>("/data/x"), "y");
  }
}

TEST(Pristine, TypesThatAreNotSyncedAreWaitedFor) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  plane.wait_until_ready();
  server.set_synced("a", "pods", false);
  BaselineOptions options;
  options.timeout = 2s;
  try {
    static_cast<void>(plane.baseline(options));
    FAIL() << "pods are unknown";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pods"));
  }
  options.ignored.ignored_types = {"pods"};
  options.timeout.reset();
  static_cast<void>(plane.baseline(options));
}

TEST(Pristine, StateInGosInternalLayoutCannotBeSentBack) {
  LocalServerOptions options;
  options.internal_layout = true;
  LocalServer server(options);
  const Plane plane = server.client().plane("a");
  plane.wait_until_ready();
  plane.resource("v1", "configmaps").in("default").create(map_of("one"));
  EXPECT_THROW((void)plane.manifests(plane.state()), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
