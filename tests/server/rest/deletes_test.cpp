// Deletions and namespaces as of a real API server without controllers: what goes at once, what stays, and why.
#include "local_server/rest/deletes.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/fleet/namespace_controller.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class Deletes : public ::testing::Test {
 protected:
  Deletes() { bootstrap(store); }

  Answer ask(const std::string& method, const ResourceType& type, const std::string& name, const std::string& body = {},
             const std::string& subresource = {}, const std::string& ns = "default") {
    RestRequest request{method, type.namespaced ? ns : "", name, subresource, {}, kJsonType, body};
    if (method == "PATCH") request.content_type = kMergePatchType;
    try {
      return answer_rest(store, type, request);
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  json make(const ResourceType& type, const std::string& body, const std::string& ns = "default") {
    const Answer made = ask("POST", type, "", body, "", ns);
    EXPECT_EQ(made.status, 201) << made.body;
    return json::parse(made.body);
  }
  json remove(const ResourceType& type, const std::string& name, const std::string& options = {}) {
    const Answer answer = ask("DELETE", type, name, options);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  bool is_there(const ResourceType& type, const std::string& name, const std::string& ns = "default") {
    return store.get(type, {type.namespaced ? ns : "", name}) != nullptr;
  }
  static const ResourceType& type(const char* group, const char* resource) { return *find_built_in(group, resource); }

  Store store;
  const ResourceType& configmaps = type("", "configmaps");
  const ResourceType& namespaces = type("", "namespaces");
  const ResourceType& pods = type("", "pods");
};

constexpr const char kFinalize[] = R"({"metadata":{"name":"shop"},"spec":{"finalizers":[]}})";

TEST_F(Deletes, FinalizerHoldsAnObjectUntilItIsTakenAway) {
  make(configmaps, R"({"metadata":{"name":"held","finalizers":["x.io/a","x.io/b"]}})");
  const json marked = remove(configmaps, "held");
  EXPECT_EQ(marked["kind"], "ConfigMap");
  EXPECT_TRUE(marked["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(marked["metadata"]["deletionGracePeriodSeconds"], 0);
  EXPECT_EQ(remove(configmaps, "held")["metadata"]["resourceVersion"], marked["metadata"]["resourceVersion"]);
  EXPECT_EQ(ask("PATCH", configmaps, "held", R"({"metadata":{"finalizers":["x.io/b"]}})").status, 200);
  EXPECT_TRUE(is_there(configmaps, "held"));
  EXPECT_EQ(ask("PATCH", configmaps, "held", R"({"metadata":{"finalizers":null}})").status, 200);
  EXPECT_FALSE(is_there(configmaps, "held"));
}

TEST_F(Deletes, MarkedObjectKeepsItsMarkAndTakesNoNewFinalizers) {
  make(configmaps, R"({"metadata":{"name":"held","finalizers":["x.io/a"]}})");
  remove(configmaps, "held");
  const Answer late = ask("PATCH", configmaps, "held", R"({"metadata":{"finalizers":["x.io/a","x.io/late"]}})");
  EXPECT_EQ(late.status, 422);
  EXPECT_EQ(
      message_of(late),
      "ConfigMap \"held\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object "
      "is being deleted, found new finalizers []string{\"x.io/late\"}");
  const Answer unmarked = ask("PATCH", configmaps, "held", R"({"metadata":{"deletionTimestamp":null}})");
  EXPECT_TRUE(json::parse(unmarked.body)["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(message_of(ask("POST", configmaps, "", R"({"metadata":{"name":"held"}})")),
            "object is being deleted: configmaps \"held\" already exists");
}

TEST_F(Deletes, PropagationDecidesWhatStays) {
  const ResourceType& deployments = type("apps", "deployments");
  make(deployments, R"({"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":)"
                    R"({"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  const json waiting = remove(deployments, "web", R"({"propagationPolicy":"Foreground"})");
  EXPECT_EQ(waiting["metadata"]["finalizers"], json::array({"foregroundDeletion"}));
  EXPECT_EQ(waiting["metadata"]["generation"], 2);
  EXPECT_EQ(remove(deployments, "web", R"({"propagationPolicy":"Orphan"})")["metadata"]["finalizers"],
            json::array({"orphan"}));
  EXPECT_EQ(remove(deployments, "web", R"({"propagationPolicy":"Background"})")["kind"], "Status");
  EXPECT_FALSE(is_there(deployments, "web"));
}

TEST_F(Deletes, JobAndReplicationControllerOrphanByDefault) {
  const ResourceType& jobs = type("batch", "jobs");
  const ResourceType& controllers = type("", "replicationcontrollers");
  const std::string pod = R"({"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"%","containers":[)"
                          R"({"name":"c","image":"i"}]}})";
  const auto with_policy = [&](const char* policy) { return std::string(pod).replace(pod.find('%'), 1, policy); };
  make(jobs, R"({"metadata":{"name":"j"},"spec":{"template":)" + with_policy("Never") + "}}");
  make(controllers,
       R"({"metadata":{"name":"j"},"spec":{"selector":{"a":"b"},"template":)" + with_policy("Always") + "}}");
  const Answer answer = ask("DELETE", jobs, "j");
  EXPECT_EQ(json::parse(answer.body)["metadata"]["finalizers"], json::array({"orphan"}));
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0].first, "Warning");
  EXPECT_EQ(remove(controllers, "j")["metadata"]["finalizers"], json::array({"orphan"}));
  EXPECT_EQ(remove(jobs, "j", R"({"propagationPolicy":"Background"})")["kind"], "Status");
}

TEST_F(Deletes, PodOnANodeHasAGracePeriod) {
  make(type("", "serviceaccounts"), R"({"metadata":{"name":"default"}})");
  make(pods, R"({"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}})");
  EXPECT_EQ(remove(pods, "p")["metadata"]["deletionGracePeriodSeconds"], 30);
  EXPECT_EQ(remove(pods, "p", R"({"gracePeriodSeconds":5})")["metadata"]["deletionGracePeriodSeconds"], 5);
  EXPECT_EQ(remove(pods, "p", R"({"gracePeriodSeconds":60})")["metadata"]["deletionGracePeriodSeconds"], 5);
  EXPECT_TRUE(is_there(pods, "p"));
  EXPECT_EQ(remove(pods, "p", R"({"gracePeriodSeconds":0})")["kind"], "Pod");
  EXPECT_FALSE(is_there(pods, "p"));
  make(pods, R"({"metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  EXPECT_EQ(remove(pods, "q")["metadata"]["deletionGracePeriodSeconds"], 0) << "it runs nowhere";
  EXPECT_FALSE(is_there(pods, "q"));
}

TEST_F(Deletes, StorageIsProtected) {
  const ResourceType& claims = type("", "persistentvolumeclaims");
  EXPECT_EQ(
      make(
          claims,
          R"({"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}})")
          ["metadata"]["finalizers"],
      json::array({"kubernetes.io/pvc-protection"}));
  EXPECT_EQ(remove(claims, "c")["kind"], "PersistentVolumeClaim");
  EXPECT_TRUE(is_there(claims, "c"));
}

TEST_F(Deletes, AnswerIsTheObjectForSomeTypesAndAStatusForOthers) {
  make(type("", "services"), R"({"metadata":{"name":"x"},"spec":{"ports":[{"port":80}]}})");
  make(type("", "podtemplates"),
       R"({"metadata":{"name":"x"},"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})");
  for (const char* resource : {"serviceaccounts", "resourcequotas"}) {
    make(type("", resource), R"({"metadata":{"name":"x"}})");
  }
  for (const char* resource : {"services", "serviceaccounts", "podtemplates", "resourcequotas"}) {
    EXPECT_EQ(remove(type("", resource), "x")["kind"], type("", resource).kind);
  }
  for (const char* resource : {"secrets", "configmaps", "events"}) {
    make(type("", resource),
         R"({"metadata":{"name":"x"})" +
             std::string(resource == std::string("events") ? R"(,"involvedObject":{"namespace":"default"})" : "") +
             "}");
    EXPECT_EQ(remove(type("", resource), "x")["kind"], "Status");
  }
}

TEST_F(Deletes, CollectionIsShownAsItWasAndMarkedWhereSomethingHoldsIt) {
  make(configmaps, R"({"metadata":{"name":"a","finalizers":["x.io/a"]}})");
  make(configmaps, R"({"metadata":{"name":"b"}})");
  const json list = remove(configmaps, "");
  ASSERT_EQ(list["items"].size(), 2U);
  EXPECT_FALSE(list["items"][0]["metadata"].contains("deletionTimestamp"));
  EXPECT_TRUE(is_there(configmaps, "a"));
  EXPECT_FALSE(is_there(configmaps, "b"));
}

TEST_F(Deletes, NamespaceStaysTerminatingWithAllThatIsInIt) {
  make(namespaces, R"({"metadata":{"name":"shop"}})");
  make(configmaps, R"({"metadata":{"name":"old"}})", "shop");
  const json first = remove(namespaces, "shop");
  EXPECT_EQ(first["status"]["phase"], "Terminating");
  EXPECT_EQ(first["spec"]["finalizers"], json::array({"kubernetes"}));
  EXPECT_FALSE(first["metadata"].contains("deletionGracePeriodSeconds"));
  EXPECT_EQ(remove(namespaces, "shop"), first);
  EXPECT_TRUE(is_there(configmaps, "old", "shop"));
  EXPECT_EQ(ask("PATCH", configmaps, "old", R"({"data":{"a":"1"}})", "", "shop").status, 200);
  const Answer refused = ask("POST", configmaps, "", R"({"metadata":{"name":"fresh"}})", "", "shop");
  EXPECT_EQ(refused.status, 403);
  const json status = json::parse(refused.body);
  EXPECT_EQ(status["message"],
            "configmaps \"fresh\" is forbidden: unable to create new content in namespace shop because it is being "
            "terminated");
  EXPECT_EQ(status["details"]["causes"][0]["reason"], "NamespaceTerminating");
  EXPECT_EQ(ask("DELETE", configmaps, "old", "", "", "shop").status, 200);
}

TEST_F(Deletes, FinalizedNamespaceHidesItsObjectsWhichComeBack) {
  make(namespaces, R"({"metadata":{"name":"shop"}})");
  make(configmaps, R"({"metadata":{"name":"left"}})", "shop");
  remove(namespaces, "shop");
  const Answer finalized = ask("PUT", namespaces, "shop", kFinalize, "finalize");
  EXPECT_EQ(finalized.status, 200);
  EXPECT_EQ(json::parse(finalized.body)["spec"], json::object());
  EXPECT_FALSE(is_there(namespaces, "shop"));
  EXPECT_TRUE(is_there(configmaps, "left", "shop"));
  make(namespaces, R"({"metadata":{"name":"shop"}})");
  EXPECT_EQ(ask("GET", configmaps, "left", "", "", "shop").status, 200);
}

TEST_F(Deletes, FinalizersOfANamespaceChangeThroughTheirSubresourceAlone) {
  make(namespaces, R"({"metadata":{"name":"shop"}})");
  const Answer patched = ask("PATCH", namespaces, "shop", R"({"spec":{"finalizers":[]}})");
  EXPECT_EQ(json::parse(patched.body)["spec"]["finalizers"], json::array({"kubernetes"}));
  const Answer finalized = ask("PUT", namespaces, "shop", kFinalize, "finalize");
  EXPECT_EQ(json::parse(finalized.body)["spec"], json::object());
  EXPECT_TRUE(is_there(namespaces, "shop")) << "it is not being deleted";
  EXPECT_EQ(remove(namespaces, "shop")["status"]["phase"], "Terminating");
  EXPECT_FALSE(is_there(namespaces, "shop"));
}

TEST_F(Deletes, NodeLeasesMayGoButTheOtherSystemNamespacesMayNot) {
  for (const char* name : {"default", "kube-system", "kube-public"}) {
    EXPECT_EQ(ask("DELETE", namespaces, name).status, 403) << name;
  }
  EXPECT_EQ(ask("DELETE", namespaces, "kube-node-lease").status, 200);
}

TEST(NamespaceController, EmptiesAndFinalizesWhatIsNotHeld) {
  Planes planes;
  NamespaceController controller;
  planes.observe_all([&](Plane& plane, const Change& change) { controller.on_change(plane, change); });
  Store& store = planes.at("a").store();
  const ResourceType& configmaps = *find_built_in("", "configmaps");
  const ResourceType& namespaces = *find_built_in("", "namespaces");
  for (const char* ns : {"free", "held"}) {
    static_cast<void>(store.create(namespaces, {"", ns}, {{"spec", {{"finalizers", {"kubernetes"}}}}}));
    static_cast<void>(store.create(configmaps, {ns, "a"}, json::object()));
  }
  static_cast<void>(store.create(configmaps, {"held", "b"}, {{"metadata", {{"finalizers", {"x.io/a"}}}}}));
  for (const char* ns : {"free", "held"}) static_cast<void>(remove(store, namespaces, {"DELETE", "", ns}));
  controller.stop();
  EXPECT_FALSE(store.has_namespace("free"));
  EXPECT_TRUE(store.list(configmaps, "free").objects.empty());
  EXPECT_TRUE(store.has_namespace("held"));
  EXPECT_EQ(store.list(configmaps, "held").objects.size(), 1U);
}

}  // namespace
}  // namespace kplane::testing::server
