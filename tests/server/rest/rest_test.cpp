// Kubernetes REST semantics, and the wording of failures.
#include "local_server/rest/rest.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class Rest : public ::testing::Test {
 protected:
  Rest() { bootstrap(store); }

  Answer answer(const ResourceType& type, const RestRequest& request) {
    try {
      return answer_rest(store, type, request);
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  Answer post(const ResourceType& type, const std::string& body, const std::string& ns = {}) {
    return answer(type, {"POST", ns, "", "", {}, kJsonType, body});
  }
  Answer put(const ResourceType& type, const std::string& name, const json& body, const std::string& ns = {}) {
    return answer(type, {"PUT", ns, name, "", {}, kJsonType, body.dump()});
  }
  Answer patch(const ResourceType& type, const std::string& name, const std::string& body,
               const std::string& subresource = {}, const char* media_type = kMergePatchType) {
    return answer(type, {"PATCH", type.namespaced ? "default" : "", name, subresource, {}, media_type, body});
  }
  Answer remove(const ResourceType& type, const std::string& name, const std::string& ns = {},
                const std::string& body = {}) {
    return answer(type, {"DELETE", ns, name, "", {}, kJsonType, body});
  }

  Store store;
  const ResourceType& fleets = fleet_type();
  const ResourceType& configmaps = *find_built_in("", "configmaps");
  const ResourceType& namespaces = *find_built_in("", "namespaces");
  const ResourceType& pods = *find_built_in("", "pods");
};

constexpr const char kFleet[] =
    R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":2}})";

TEST_F(Rest, CreatesAndServesAnObject) {
  const auto created = post(configmaps, R"({"metadata":{"name":"a"},"data":{"k":"v"}})", "default");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.body.back(), '\n');
  const json object = json::parse(created.body);
  EXPECT_EQ(object["kind"], "ConfigMap");
  EXPECT_EQ(object["apiVersion"], "v1");
  EXPECT_EQ(object["metadata"]["namespace"], "default");
  const auto read = answer(configmaps, {"GET", "default", "a", "", {}, "", ""});
  EXPECT_EQ(read.body, created.body);
}

TEST_F(Rest, ListsWithTheKindAndVersionOfTheList) {
  static_cast<void>(post(configmaps, R"({"metadata":{"name":"a"}})", "default"));
  const json list = json::parse(answer(configmaps, {"GET", "default", "", "", {}, "", ""}).body);
  EXPECT_EQ(list["kind"], "ConfigMapList");
  EXPECT_EQ(list["metadata"]["resourceVersion"], std::to_string(store.resource_version()));
  ASSERT_EQ(list["items"].size(), 1U);
  EXPECT_FALSE(list["items"][0].contains("kind"));
  static_cast<void>(post(fleets, kFleet));
  const json fleet_list = json::parse(answer(fleets, {"GET", "", "", "", {}, "", ""}).body);
  EXPECT_EQ(fleet_list["kind"], "FleetList");
  EXPECT_EQ(fleet_list["items"][0]["kind"], "Fleet");
}

TEST_F(Rest, SaysThatANameIsTaken) {
  ASSERT_EQ(post(fleets, kFleet).status, 201);
  const auto again = post(fleets, kFleet);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(
      again.body,
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"fleets.kplane.dev \"rl\" )"
      R"(already exists","reason":"AlreadyExists","details":{"name":"rl","group":"kplane.dev","kind":"fleets"},)"
      R"("code":409})"
      "\n");
}

TEST_F(Rest, SaysThatTheNamespaceIsMissing) {
  const auto answer = post(configmaps, R"({"metadata":{"name":"a"}})", "absent");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(
      answer.body,
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"namespaces \"absent\" not )"
      R"(found","reason":"NotFound","details":{"name":"absent","kind":"namespaces"},"code":404})"
      "\n");
}

TEST_F(Rest, NamesEveryReasonWhyAnObjectIsInvalid) {
  const auto answer = post(
      fleets, R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"Bad_Name"},"spec":{"replicas":-1}})");
  EXPECT_EQ(answer.status, 422);
  const json status = json::parse(answer.body);
  EXPECT_EQ(status["reason"], "Invalid");
  EXPECT_EQ(status["details"]["kind"], "Fleet");
  ASSERT_EQ(status["details"]["causes"].size(), 2U);
  EXPECT_EQ(status["details"]["causes"][1]["field"], "spec.replicas");
  EXPECT_EQ(status["details"]["causes"][1]["message"],
            "Invalid value: -1: spec.replicas in body should be greater than or equal to 0");
  const std::string start = R"(Fleet.kplane.dev "Bad_Name" is invalid: [metadata.name: Invalid value: "Bad_Name": a )"
                            "lowercase RFC 1123 subdomain must consist of";
  EXPECT_EQ(message_of(answer).substr(0, start.size()), start);
}

TEST_F(Rest, ChecksTheSchemaOfAFleet) {
  const auto status_of = [this](const std::string& rest) {
    return post(fleets, R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"x"})" + rest + "}").status;
  };
  EXPECT_EQ(status_of(""), 422);
  EXPECT_EQ(status_of(R"(,"spec":null)"), 422);
  EXPECT_EQ(status_of(R"(,"spec":[])"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":"1"})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":1.5})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":2147483648})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":18446744073709551615})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":1,"names":"a"})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":1,"names":[1]})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":1,"namePrefix":1})"), 422);
  EXPECT_EQ(status_of(R"(,"spec":{"replicas":1,"ttlSeconds":-1})"), 422);
  EXPECT_EQ(message_of(post(fleets, R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"x"}})")),
            R"(Fleet.kplane.dev "x" is invalid: spec: Required value)");
}

TEST_F(Rest, ExplainsATruncatedBody) {
  EXPECT_EQ(message_of(post(fleets, "{\"apiVersion\":")),
            "the object provided is unrecognized (must be of type Fleet): couldn't get version/kind; json parse error: "
            "unexpected end of JSON input ({\"apiVersion\":)");
}

TEST_F(Rest, RefusesBodiesOfAnotherShape) {
  for (const char* body :
       {"", "[]", "1", R"({"metadata":[]})", R"({"metadata":{"name":5}})", R"({"kind":"Pod","metadata":{"name":"a"}})",
        R"({"apiVersion":"v2","metadata":{"name":"a"}})", R"({"metadata":{"name":"a","labels":{"x":1}}})",
        R"({"metadata":{"name":"a","labels":5}})", R"({"metadata":{"name":"a","namespace":"other"}})", "\"\xff\""}) {
    EXPECT_EQ(post(configmaps, body, "default").status, 400) << body;
  }
  EXPECT_EQ(post(configmaps, "null", "default").status, 422) << "an object without a name";
  EXPECT_EQ(post(configmaps, R"({"metadata":{"name":"a","resourceVersion":"1"}})", "default").status, 500);
  EXPECT_EQ(post(fleets, R"({"metadata":{"name":"x"},"spec":{"replicas":1}})").status, 400);
}

TEST_F(Rest, MakesANameFromGenerateName) {
  const auto created = post(configmaps, R"({"metadata":{"generateName":"a-"}})", "default");
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(json::parse(created.body)["metadata"]["name"].get<std::string>().size(), 7U);
  EXPECT_EQ(post(configmaps, R"({"metadata":{}})", "default").status, 422);
}

TEST_F(Rest, ReplacesUnlessTheVersionIsOld) {
  json fleet = json::parse(post(fleets, kFleet).body);
  fleet["spec"]["replicas"] = 3;
  const auto replaced = put(fleets, "rl", fleet);
  ASSERT_EQ(replaced.status, 200) << replaced.body;
  EXPECT_EQ(json::parse(replaced.body)["metadata"]["generation"], 2);
  const auto stale = put(fleets, "rl", fleet);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(
      message_of(stale),
      "Operation cannot be fulfilled on fleets.kplane.dev \"rl\": the object has been modified; please apply your "
      "changes to the latest version and try again");
  fleet["metadata"].erase("resourceVersion");
  fleet["spec"]["replicas"] = 4;
  EXPECT_EQ(put(fleets, "rl", fleet).status, 422) << "custom objects are replaced by version alone";
}

TEST_F(Rest, RefusesAReplacementOfAnotherObject) {
  json fleet = json::parse(post(fleets, kFleet).body);
  EXPECT_EQ(put(fleets, "other", fleet).status, 404);
  json renamed = fleet;
  renamed["metadata"]["name"] = "other";
  EXPECT_EQ(put(fleets, "rl", renamed).status, 400);
  json reborn = fleet;
  reborn["metadata"]["uid"] = "another";
  EXPECT_EQ(put(fleets, "rl", reborn).status, 409);
}

TEST_F(Rest, KeepsWhatTheServerOwnsThroughAReplacement) {
  const json before = json::parse(post(configmaps, R"({"metadata":{"name":"a"}})", "default").body);
  json desired = before;
  desired["metadata"].erase("uid");
  desired["metadata"]["creationTimestamp"] = "1999-01-01T00:00:00Z";
  desired["data"] = {{"k", "v"}};
  const json after = json::parse(put(configmaps, "a", desired, "default").body);
  EXPECT_EQ(after["metadata"]["uid"], before["metadata"]["uid"]);
  EXPECT_EQ(after["metadata"]["creationTimestamp"], before["metadata"]["creationTimestamp"]);
}

TEST_F(Rest, LetsStatusChangeOnlyThroughItsSubresource) {
  static_cast<void>(post(fleets, kFleet));
  const json ignored = json::parse(patch(fleets, "rl", R"({"status":{"readyReplicas":9}})").body);
  EXPECT_FALSE(ignored.contains("status"));
  const auto written = patch(fleets, "rl", R"({"spec":{"replicas":7},"status":{"readyReplicas":1}})", "status");
  const json fleet = json::parse(written.body);
  EXPECT_EQ(fleet["status"]["readyReplicas"], 1);
  EXPECT_EQ(fleet["spec"]["replicas"], 2);
  EXPECT_EQ(fleet["metadata"]["generation"], 1);
}

TEST_F(Rest, PatchesByBothMediaTypes) {
  static_cast<void>(post(configmaps, R"({"metadata":{"name":"a"},"data":{"k":"v"}})", "default"));
  EXPECT_EQ(json::parse(patch(configmaps, "a", R"({"data":{"x":"y"}})").body)["data"],
            json::parse(R"({"k":"v","x":"y"})"));
  const auto replaced =
      patch(configmaps, "a", R"([{"op":"replace","path":"/data/k","value":"w"}])", "", kJsonPatchType);
  EXPECT_EQ(json::parse(replaced.body)["data"]["k"], "w");
  const auto failed = patch(configmaps, "a", R"([{"op":"test","path":"/data/k","value":"nope"}])", "", kJsonPatchType);
  EXPECT_EQ(failed.status, 422);
  EXPECT_EQ(message_of(failed), "the server rejected our request due to an error in our request");
  EXPECT_EQ(patch(configmaps, "a", R"({"metadata":{"resourceVersion":"1"}})").status, 409);
  EXPECT_EQ(patch(configmaps, "a", R"({"metadata":{"name":"b"}})").status, 400);
  EXPECT_EQ(patch(configmaps, "a", R"({"metadata":null})").status, 400);
  EXPECT_EQ(patch(configmaps, "a", "[", "", kJsonPatchType).status, 400);
  EXPECT_EQ(patch(configmaps, "absent", "{}").status, 404);
}

TEST_F(Rest, SaysWhichPatchesItTakes) {
  static_cast<void>(post(fleets, kFleet));
  const auto strategic = patch(fleets, "rl", "{}", "", "application/strategic-merge-patch+json");
  EXPECT_EQ(strategic.status, 415);
  EXPECT_EQ(message_of(strategic),
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
}

TEST_F(Rest, DeletesOnceAndSaysWhat) {
  const json fleet = json::parse(post(fleets, kFleet).body);
  const auto gone = remove(fleets, "rl");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body,
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"rl","group":)"
            R"("kplane.dev","kind":"fleets","uid":")" +
                fleet["metadata"]["uid"].get<std::string>() + "\"}}\n");
  const auto again = remove(fleets, "rl");
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(message_of(again), "fleets.kplane.dev \"rl\" not found");
}

TEST_F(Rest, DeletesOnlyWhenThePreconditionsHold) {
  static_cast<void>(post(configmaps, R"({"metadata":{"name":"a"}})", "default"));
  EXPECT_EQ(remove(configmaps, "a", "default", R"({"preconditions":{"uid":"other"}})").status, 409);
  EXPECT_EQ(remove(configmaps, "a", "default", R"({"preconditions":{"resourceVersion":"1"}})").status, 409);
  EXPECT_EQ(remove(configmaps, "a", "default", R"({"preconditions":5})").status, 500) << "a body that is none";
  EXPECT_EQ(remove(configmaps, "a", "default", R"({"propagationPolicy":"Background"})").status, 200);
}

TEST_F(Rest, ProtectsTheSystemNamespaces) {
  const auto refused = remove(namespaces, "default");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(message_of(refused), "namespaces \"default\" is forbidden: this namespace may not be deleted");
}

TEST_F(Rest, GivesANewNamespaceAndPodTheirFirstPhase) {
  EXPECT_EQ(json::parse(post(namespaces, R"({"metadata":{"name":"shop"}})").body)["status"]["phase"], "Active");
  static_cast<void>(post(*find_built_in("", "serviceaccounts"), R"({"metadata":{"name":"default"}})", "default"));
  const auto pod = post(pods,
                        R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]},)"
                        R"("status":{"phase":"Running"}})",
                        "default");
  EXPECT_EQ(json::parse(pod.body)["status"]["phase"], "Pending");
  const auto running = patch(pods, "p", R"({"status":{"phase":"Running"}})", "status");
  EXPECT_EQ(json::parse(running.body)["status"]["phase"], "Running");
}

TEST_F(Rest, RefusesMethodsThatHaveNoMeaning) {
  EXPECT_EQ(answer(pods, {"POST", "", "", "", {}, kJsonType, "{}"}).status, 405);
  EXPECT_EQ(answer(pods, {"POST", "default", "p", "", {}, kJsonType, "{}"}).status, 405);
  EXPECT_EQ(answer(pods, {"DELETE", "default", "p", "status", {}, "", ""}).status, 405);
  EXPECT_EQ(answer(pods, {"PUT", "default", "", "", {}, kJsonType, "{}"}).status, 405);
}

TEST_F(Rest, WantsJson) {
  EXPECT_EQ(answer(configmaps, {"POST", "default", "", "", {}, "text/plain", "a: b"}).status, 415);
  EXPECT_EQ(answer(configmaps,
                   {"POST", "default", "", "", {}, "application/json; charset=utf-8", R"({"metadata":{"name":"a"}})"})
                .status,
            201);
}

}  // namespace
}  // namespace kplane::testing::server
