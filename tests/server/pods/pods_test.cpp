// Pods on a plane without kubelets: bound and evicted by posting, and without logs.
#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/pods/pod_access.hpp"
#include "local_server/pods/pod_actions.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class Pods : public ::testing::Test {
 protected:
  Pods() { bootstrap(store); }

  void make(const ResourceType& type, const std::string& name, const std::string& value) {
    ASSERT_NE(store.create(type, {"default", name}, json::parse(value)), nullptr);
  }
  template <class Act>
  static Answer answer_of(const Act& act) {
    try {
      return act();
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  Answer post(const std::string& name, const std::string& part, const std::string& body) {
    const RestRequest request{"POST", "default", name, part, {}, kJsonType, body};
    return answer_of([&] { return part == "binding" ? bind_pod(store, request) : evict_pod(store, request); });
  }
  Answer read(const std::string& name, const std::string& part, std::map<std::string, std::string> query = {}) {
    const RestRequest request{"GET", "default", name, part, std::move(query)};
    return answer_of([&] { return answer_pod_access(store, request); });
  }
  json get(const ResourceType& type, const std::string& name) {
    const auto object = store.get(type, {"default", name});
    return object == nullptr ? json() : object->value();
  }

  Store store;
  const ResourceType& pods = *find_built_in("", "pods");
  const ResourceType& budgets = *find_built_in("policy", "poddisruptionbudgets");
};

constexpr const char kPod[] = R"({"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Pending"}})";
constexpr const char kRunning[] =
    R"({"metadata":{"labels":{"app":"web"}},"spec":{"nodeName":"n","containers":[{"name":"a"},{"name":"b"}]},
        "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})";
constexpr const char kBudget[] = R"({"spec":{"selector":{"matchLabels":{"app":"web"}}}})";
constexpr const char kEviction[] = R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}})";

TEST_F(Pods, AreBoundOnceToNodesThatNeedNotExist) {
  make(pods, "p", kPod);
  const std::string binding = R"({"metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}})";
  EXPECT_EQ(post("p", "binding", R"({"metadata":{"name":"p"}})").status, 500);
  EXPECT_EQ(post("p", "binding", R"({"metadata":{"name":"q"},"target":{"name":"n"}})").status, 400);
  EXPECT_EQ(post("p", "binding", binding).status, 201);
  EXPECT_EQ(get(pods, "p")["spec"]["nodeName"], "n");
  EXPECT_EQ(get(pods, "p")["status"]["conditions"][0]["type"], "PodScheduled");
  EXPECT_EQ(message_of(post("p", "binding", binding)),
            "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n\"");
}

TEST_F(Pods, BudgetThatNobodyMaintainsForbidsEvictions) {
  make(pods, "p", kRunning);
  make(budgets, "b", kBudget);
  const Answer refused = post("p", "eviction", kEviction);
  EXPECT_EQ(refused.status, 429);
  ASSERT_EQ(refused.headers.size(), 1U);
  EXPECT_EQ(refused.headers[0], (std::pair<std::string, std::string>{"Retry-After", "10"}));
  EXPECT_FALSE(get(pods, "p")["metadata"].contains("deletionTimestamp"));
}

TEST_F(Pods, EvictionUsesUpWhatABudgetAllows) {
  make(pods, "p", kRunning);
  make(budgets, "b", R"({"spec":{"selector":{"matchExpressions":[{"key":"app","operator":"In","values":["web","x"]}]}},
                         "status":{"observedGeneration":1,"disruptionsAllowed":1}})");
  EXPECT_EQ(post("p", "eviction", kEviction).status, 201);
  EXPECT_EQ(get(pods, "p")["metadata"]["deletionGracePeriodSeconds"], 30);
  EXPECT_EQ(get(pods, "p")["status"]["conditions"][1]["type"], "DisruptionTarget");
  EXPECT_EQ(get(budgets, "b")["status"]["disruptionsAllowed"], 0);
  make(pods, "q", kRunning);
  const Answer refused = post("q", "eviction", R"({"metadata":{"name":"q"}})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.empty());
}

TEST_F(Pods, WhatDoesNotRunIsEvictedWhateverTheBudget) {
  make(pods, "p", R"({"metadata":{"labels":{"app":"web"}},"spec":{},"status":{"phase":"Pending"}})");
  make(budgets, "b", kBudget);
  EXPECT_EQ(post("p", "eviction", kEviction).status, 201);
  EXPECT_TRUE(get(pods, "p").is_null());
}

TEST_F(Pods, HaveNoKubeletToAsk) {
  make(pods, "waiting", kPod);
  make(pods, "p", kRunning);
  EXPECT_EQ(read("waiting", "log").status, 204);
  EXPECT_EQ(message_of(read("waiting", "exec")), "pod waiting does not have a host assigned");
  EXPECT_EQ(message_of(read("p", "log")), "a container name must be specified for pod p, choose one of: [a b]");
  EXPECT_EQ(message_of(read("p", "log", {{"container", "a"}})), "pods \"n\" not found");
  EXPECT_EQ(read("p", "log", {{"tailLines", "-1"}}).status, 422);
  EXPECT_EQ(read("none", "portforward").status, 404);
}

}  // namespace
}  // namespace kplane::testing::server
