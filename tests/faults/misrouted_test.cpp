// Answers that are sound, but of something else than was asked for; and failures that are sent as successes.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A plane whose server answers every request alike.
class Answering {
 public:
  explicit Answering(const std::string& body, int status = 200)
      : server_(answering([answer = http_response(status, body)](const std::string&) { return answer; })),
        client_(server_.base_url(), without_retries()) {}

  [[nodiscard]] Plane plane() const { return client_.plane("a"); }
  [[nodiscard]] Resource pods() const { return plane().resource("v1", "pods").in("default"); }
  [[nodiscard]] const Client& client() const noexcept { return client_; }

 private:
  RawServer server_;
  Client client_;
};

std::string object(const std::string& name, const std::string& ns, const std::string& kind = "Pod") {
  std::string text = R"({"kind":")" + kind + R"(","metadata":{"uid":"u","resourceVersion":"7")";
  if (!name.empty()) text += R"(,"name":")" + name + '"';
  if (!ns.empty()) text += R"(,"namespace":")" + ns + '"';
  return text + R"(},"spec":{"replicas":3},"data":{"token":"hidden"}})";
}

const char* const web = R"({"kind":"Pod","metadata":{"name":"web"}})";
const char* const failed = R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound",)"
                           R"("message":"pods \"web\" not found","details":{"name":"web","kind":"pods"},"code":404})";

using Call = std::function<void(const Resource&)>;

const std::vector<std::pair<const char*, Call>>& calls_by_name() {
  static const std::vector<std::pair<const char*, Call>> calls = {
      {"get", [](const Resource& pods) { (void)pods.get("web"); }},
      {"find", [](const Resource& pods) { (void)pods.find("web"); }},
      {"create", [](const Resource& pods) { (void)pods.create(web); }},
      {"replace", [](const Resource& pods) { (void)pods.replace(web); }},
      {"patch", [](const Resource& pods) { (void)pods.patch("web", PatchType::merge, "{}"); }},
      {"apply", [](const Resource& pods) { (void)pods.apply(web); }},
      {"remove", [](const Resource& pods) { (void)pods.remove("web"); }},
      {"replicas", [](const Resource& pods) { (void)pods.replicas("web"); }},
      {"scale", [](const Resource& pods) { pods.scale("web", 3); }},
      {"status", [](const Resource& pods) { (void)pods.subresource("status").get("web"); }}};
  return calls;
}

std::string error_of(const Resource& pods, const Call& call) {
  try {
    call(pods);
  } catch (const MisroutedError& error) {
    return error.what();
  }
  return "no MisroutedError";
}

TEST(MisroutedObject, OfAnotherNameIsRefusedByEveryCall) {
  const Answering server(object("db", "default"));
  for (const auto& [name, call] : calls_by_name()) {
    EXPECT_THAT(error_of(server.pods(), call),
                AllOf(HasSubstr("requested pods web in namespace default"),
                      HasSubstr("received an object db in namespace default"), Not(HasSubstr("hidden"))))
        << name;
  }
}

TEST(MisroutedObject, OfAnotherNamespaceIsRefusedByEveryCall) {
  const Answering server(object("web", "other"));
  for (const auto& [name, call] : calls_by_name()) {
    EXPECT_THAT(error_of(server.pods(), call), HasSubstr("received an object web in namespace other")) << name;
  }
}

TEST(MisroutedObject, OfTheRightNamesIsTakenByEveryCall) {
  for (const char* ns : {"default", ""}) {  // not every server says it
    const Answering server(object("web", ns));
    for (const auto& [name, call] : calls_by_name()) EXPECT_NO_THROW(call(server.pods())) << name;
  }
}

TEST(MisroutedObject, WithoutANameIsRefusedWhereThereMustBeOne) {
  const Answering server(R"({"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[]})");
  for (const auto& [name, call] : calls_by_name()) {
    if (std::string(name) == "remove") continue;  // nobody reads what it answers
    EXPECT_THAT(error_of(server.pods(), call), HasSubstr("received an object without a name")) << name;
  }
}

TEST(MisroutedObject, OfAClusterScopedTypeHasNoNamespace) {
  const Answering server(object("n1", "default", "Node"));
  EXPECT_THROW((void)server.plane().resource("v1", "nodes").get("n1"), MisroutedError);
  EXPECT_NO_THROW((void)Answering(object("n1", "", "Node")).plane().resource("v1", "nodes").get("n1"));
}

TEST(MisroutedObject, GoesToTheNamespaceThatTheObjectSays) {
  const char* const sent = R"({"metadata":{"name":"web","namespace":"shop"}})";
  const Answering right(object("web", "shop"));
  const Answering wrong(object("web", "default"));
  EXPECT_NO_THROW((void)right.plane().resource("v1", "pods").create(sent));
  EXPECT_NO_THROW((void)right.plane().resource("v1", "pods").apply(sent));
  EXPECT_THROW((void)wrong.plane().resource("v1", "pods").create(sent), MisroutedError);
  EXPECT_THROW((void)wrong.plane().resource("v1", "pods").apply(sent), MisroutedError);
}

TEST(MisroutedObject, OfTheInternalLayoutIsComparedToo) {
  EXPECT_NO_THROW((void)Answering(R"({"name":"web","namespace":"default","Spec":{}})").pods().get("web"));
  EXPECT_THROW((void)Answering(R"({"name":"db","namespace":"default","Spec":{}})").pods().get("web"), MisroutedError);
}

TEST(CreatedObject, HasTheNameThatTheServerMade) {
  const char* const generated = R"({"metadata":{"generateName":"web-"}})";
  EXPECT_EQ(Answering(object("web-x7k2p", "default"), 201).pods().create(generated).name(), "web-x7k2p");
  EXPECT_THROW((void)Answering(object("", "default"), 201).pods().create(generated), MisroutedError);
}

// What a real server answers to these has no name, or another kind.
TEST(CreatedObject, MayBeAStatusOrAReview) {
  const char* const success = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})";
  const Answering done(success, 201);
  EXPECT_NO_THROW((void)done.pods().subresource("eviction").create(web));
  EXPECT_NO_THROW((void)done.pods().subresource("binding").create(web));
  EXPECT_NO_THROW((void)done.plane().resource("v1", "bindings").in("default").create(web));
  const Answering review(R"({"kind":"SelfSubjectReview","metadata":{"creationTimestamp":null},"status":{}})", 201);
  EXPECT_NO_THROW((void)review.plane()
                      .resource("authentication.k8s.io/v1", "selfsubjectreviews")
                      .create(R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})"));
  const Answering token(object("web", "default", "TokenRequest"), 201);
  EXPECT_NO_THROW((void)token.plane().resource("v1", "serviceaccounts").in("default").subresource("token").create(web));
  EXPECT_THROW((void)Answering("{}", 201).pods().create(web), MisroutedError);
}

TEST(OtherSubresource, AnswersWhatItLikes) {
  const Answering server(object("another", "elsewhere", "Metrics"));
  EXPECT_NO_THROW((void)server.pods().subresource("proxy").get("web"));
}

TEST(DeletedObject, MayBeAStatusThatNamesIt) {
  const auto status = [](const std::string& details) {
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success")" + details + "}";
  };
  EXPECT_NO_THROW((void)Answering(status("")).pods().remove("web"));
  EXPECT_NO_THROW((void)Answering(status(R"(,"details":{"name":"web","uid":"u"})")).pods().remove("web"));
  EXPECT_THROW((void)Answering(status(R"(,"details":{"name":"db","uid":"u"})")).pods().remove("web"), MisroutedError);
  EXPECT_THROW((void)Answering("<html>log in</html>").pods().remove("web"), DecodeError);
  EXPECT_TRUE(Answering("").pods().remove("web").gone()) << "done, and not a word about it";
}

TEST(LoginPage, IsNoDeletionOfACollection) {
  EXPECT_THROW(Answering("<html>log in</html>").pods().remove_collection(), DecodeError);
  EXPECT_NO_THROW(Answering("").pods().remove_collection());
  EXPECT_NO_THROW(Answering(R"({"kind":"Status","status":"Success"})").pods().remove_collection());
}

TEST(MisroutedFleet, IsAnError) {
  const std::string other =
      R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"other","uid":"u"},"spec":{"replicas":1}})";
  const Answering server(other);
  EXPECT_THROW((void)server.client().get_fleet("rl"), MisroutedError);
  EXPECT_THROW((void)server.client().find_fleet("rl"), MisroutedError);
  EXPECT_EQ(server.client().get_fleet("other").name(), "other");
}

TEST(LoginPage, IsNoRemovalOfAFleet) {
  const RawServer server(answering([](const std::string& request) {
    const bool is_get = request.rfind("GET ", 0) == 0;
    return http_response(
        200, is_get ? R"({"kind":"Fleet","metadata":{"name":"rl","uid":"u"},"spec":{"replicas":1}})" : "<html>");
  }));
  const Fleet fleet = Client(server.base_url(), without_retries()).get_fleet("rl");
  EXPECT_THROW((void)fleet.remove(), DecodeError);
}

TEST(LoginPage, IsNoServerThatServesFleets) {
  const Answering server("<html>log in</html>");
  EXPECT_THROW(server.client().wait_until_ready(std::chrono::milliseconds{50}), TimeoutError);
}

TEST(FailureSentAsASuccess, IsTheErrorThatItTells) {
  const Answering server(failed);
  for (const auto& [name, call] : calls_by_name()) {
    const bool bears_absence = std::string(name) == "find" || std::string(name) == "remove";
    if (bears_absence) continue;
    EXPECT_THROW(call(server.pods()), NotFound) << name;
  }
  EXPECT_FALSE(server.pods().find("web"));
  EXPECT_THROW((void)server.pods().list(), NotFound);
  EXPECT_THROW(server.pods().remove_collection(), NotFound);
  const Answering refused(R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})");
  EXPECT_THROW((void)refused.pods().find("web"), Forbidden);
  EXPECT_THROW((void)refused.pods().remove("web"), Forbidden);
  EXPECT_THROW((void)refused.plane().state(), Forbidden);
  EXPECT_THROW((void)refused.plane().scoped_agent_kubeconfig(), Forbidden);
}

TEST(FailureSentAsASuccess, FailsItsObjectOfASet) {
  const Manifests set = Manifests::from_yaml("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
  const Answering refused(R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})");
  const ManifestResults applied = refused.plane().apply(set);
  ASSERT_EQ(applied.failed(), 1U);
  EXPECT_THROW(applied.raise_if_failed(), Forbidden);
}

TEST(FailureSentAsASuccess, IsNoRemovalOfANamespace) {
  const Answering refused(R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})");
  EXPECT_THROW((void)refused.plane().remove_namespace("shop"), Forbidden);
}

TEST(MisroutedObject, IsNoRemovalOfANamespace) {
  EXPECT_THROW((void)Answering(object("web", "", "Namespace")).plane().remove_namespace("shop"), MisroutedError);
  EXPECT_THROW((void)Answering("404 page not found", 404).plane().remove_namespace("shop"), NotFound);
}

TEST(MisroutedObject, FailsItsObjectOfASet) {
  const Manifests set = Manifests::from_yaml("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
  const Answering other(object("web", "", "Namespace"));
  EXPECT_THROW(other.plane().apply(set).raise_if_failed(), MisroutedError);
  EXPECT_NO_THROW(Answering(object("shop", "", "Namespace")).plane().apply(set).raise_if_failed());
}

TEST(MisroutedList, IsRefusedAtTheObjectOfAnotherNamespace) {
  const Answering server(R"({"metadata":{"resourceVersion":"7"},"items":[)" + object("a", "default") + "," +
                         object("b", "other") + "]}");
  std::vector<std::string> seen;
  ObjectList list = server.pods().list();
  EXPECT_THROW(
      {
        for (const Object& pod : list) seen.emplace_back(pod.name());
      },
      MisroutedError);
  EXPECT_THAT(seen, ::testing::ElementsAre("a"));
  EXPECT_THROW((void)server.pods().list().all(), MisroutedError);
  EXPECT_EQ(server.plane().resource("v1", "pods").list().all().size(), 2U) << "all namespaces";
}

TEST(MisroutedList, LeavesABrokenObjectToItsReader) {
  const Answering server(R"({"items":[{"metadata":{"namespace":tru}},)" + object("b", "default") + "]}");
  const std::vector<Object> pods = server.pods().list().all();
  ASSERT_EQ(pods.size(), 2U);
  EXPECT_THROW((void)pods[0].get<bool>("/metadata/namespace"), DecodeError);
  EXPECT_EQ(pods[1].name(), "b");
}

TEST(MisroutedToken, IsNotHandedOut) {
  const std::string role = R"({"kind":"ClusterRole","metadata":{"name":"edit"},"rules":[{"verbs":["get"]}]})";
  const std::string token = R"("status":{"token":"hidden","expirationTimestamp":"2036-03-04T05:06:07Z"}})";
  const auto answer_with = [&](const std::string& metadata) {
    return answering([&token, &role, metadata](const std::string& request) {
      if (request.find("/clusterroles/") != std::string::npos) return http_response(200, role);
      const bool is_account = request.find("/serviceaccounts HTTP") != std::string::npos;
      const std::string kind = is_account ? "ServiceAccount" : "RoleBinding";
      if (request.find("/token") == std::string::npos) return http_response(201, object("bot", "default", kind));
      return http_response(201, R"({"kind":"TokenRequest","metadata":)" + metadata + "," + token);
    });
  };
  AgentOptions options;
  options.name = "bot";
  for (const char* metadata : {R"({"name":"bot","namespace":"default"})", "{}"}) {
    const RawServer server(answer_with(metadata));
    EXPECT_NO_THROW((void)Client(server.base_url(), without_retries()).plane("a").agent_kubeconfig(options));
  }
  const RawServer server(answer_with(R"({"name":"root","namespace":"default"})"));
  try {
    (void)Client(server.base_url(), without_retries()).plane("a").agent_kubeconfig(options);
    ADD_FAILURE() << "accepted";
  } catch (const MisroutedError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("requested serviceaccounts bot"), Not(HasSubstr("hidden"))));
  }
}

TEST(MisroutedDiscovery, IsNotRemembered) {
  const Answering server(R"({"kind":"APIResourceList","groupVersion":"batch/v1","resources":[)"
                         R"({"name":"jobs","kind":"Job","namespaced":true}]})");
  EXPECT_THROW((void)server.plane().resource_of_kind("apps/v1", "Job"), MisroutedError);
  EXPECT_EQ(server.plane().resource_of_kind("batch/v1", "Job").plural(), "jobs");
}

TEST(MisroutedFleet, IsNotTakenForTheOneThatWasAskedFor) {
  const Answering server(R"({"kind":"Fleet","metadata":{"name":"other","uid":"u"},"spec":{"replicas":1}})");
  FleetSpec spec;
  spec.replicas = 1;
  EXPECT_THROW((void)server.client().get_fleet("rl"), MisroutedError);
  EXPECT_THROW((void)server.client().find_fleet("rl"), MisroutedError);
  EXPECT_THROW((void)server.client().create_fleet("rl", spec), MisroutedError);
  EXPECT_EQ(server.client().get_fleet("other").name(), "other");
}

TEST(FailureSentAsASuccess, IsNoFleet) {
  const Answering server(R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})");
  EXPECT_THROW((void)server.client().get_fleet("rl"), Forbidden);
  EXPECT_THROW((void)server.client().list_fleets(), Forbidden);
}

TEST(MisroutedState, OfAnotherPlaneIsRefused) {
  const Answering server(state_body("b"));
  try {
    (void)server.plane().state();
    ADD_FAILURE() << "accepted";
  } catch (const MisroutedError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("requested the state of plane a, received that of plane b"),
                                    HasSubstr("/clusters/a/control-plane/state"), Not(HasSubstr("web"))));
    EXPECT_FALSE(error.retryable());
  }
  EXPECT_EQ(server.client().plane("b").state().cluster, "b");
}

TEST(MisroutedState, SpoilsOnlyItsOwnPlane) {
  const Answering server(state_body("b"));
  const std::vector<StateResult> results = server.client().states({server.plane(), server.client().plane("b")});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_THROW(results[0].error().raise(), MisroutedError);
  EXPECT_EQ(results[1]->cluster, "b");
}

TEST(MisroutedState, OfTheRootPlaneIsRoot) {
  const Answering server(state_body("root"));
  EXPECT_EQ(server.client().plane("root").state().cluster, "root");
  EXPECT_THROW((void)server.client().plane("main").state(), MisroutedError);
}

TEST(MovedFrom, ListAndResultsThatAreNotThereAreALogicError) {
  const Answering server(R"({"metadata":{"resourceVersion":"7"},"items":[)" + object("a", "default") + "]}");
  ObjectList list = server.pods().list();
  const ObjectList::iterator first = list.begin();
  ObjectList moved = std::move(list);
  EXPECT_EQ(first->name(), "a") << "an iterator stays good";
  EXPECT_THROW((void)list.begin(), std::logic_error);             // NOLINT(bugprone-use-after-move)
  EXPECT_THROW((void)list.all(), std::logic_error);               // NOLINT(bugprone-use-after-move)
  EXPECT_THROW((void)list.resource_version(), std::logic_error);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(moved.resource_version(), "7");
}

TEST(MovedFrom, StateResultKeepsAllButItsSnapshot) {
  const Answering server(state_body("b"));
  std::vector<StateResult> results = server.client().states({server.plane(), server.client().plane("b")});
  const StateResult failure = std::move(results[0]);
  EXPECT_FALSE(results[0]) << "a failure does not become a success";  // NOLINT(bugprone-use-after-move)
  EXPECT_THROW(results[0].error().raise(), MisroutedError);           // NOLINT(bugprone-use-after-move)
  const StateResult success = std::move(results[1]);
  EXPECT_EQ(results[1].cluster(), "b");               // NOLINT(bugprone-use-after-move)
  EXPECT_THROW((void)*results[1], std::logic_error);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ((*success).by_resource("pods")->items.size(), 1U);
  StateResult taken = success;
  EXPECT_EQ((*std::move(taken)).total_items(), 1U);
  EXPECT_THROW((void)*taken, std::logic_error);  // NOLINT(bugprone-use-after-move)
  taken = success;
  EXPECT_EQ(taken->total_items(), 1U);
}

TEST(MovedFrom, ResponseIsWhole) {
  const Answering server(object("web", "default"));
  Request request;
  request.path = "/x";
  Response response = server.plane().request(request);
  const Response moved = std::move(response);
  EXPECT_EQ(response.status(), 200);                               // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(response.body(), moved.body());                        // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(response.header("content-type"), "application/json");  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(response.object().name(), "web");                      // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace kplane::tests
