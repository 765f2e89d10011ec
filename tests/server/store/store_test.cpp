// The objects of one plane.
#include "local_server/store/store.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "local_server/store/bootstrap.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const ResourceType& core(const char* resource) { return *find_built_in("", resource); }

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { bootstrap(store); }
  ObjectPtr make(const char* resource, const std::string& name, json value = json::object()) {
    return store.create(core(resource), {"default", name}, std::move(value));
  }
  Store store;
};

TEST_F(StoreTest, FillsInWhatTheServerOwns) {
  const auto object = make("configmaps", "a");
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(object->name(), "a");
  EXPECT_EQ(object->ns(), "default");
  EXPECT_EQ(object->uid().size(), 36U);
  EXPECT_EQ(object->resource_version(), std::to_string(store.resource_version()));
  EXPECT_EQ(object->generation(), 0);
  EXPECT_EQ(make("pods", "p", {{"spec", json::object()}})->generation(), 1);
}

TEST_F(StoreTest, RefusesATakenNameAndAMissingNamespace) {
  ASSERT_NE(make("configmaps", "a"), nullptr);
  EXPECT_EQ(make("configmaps", "a"), nullptr);
  NamespaceState ns = NamespaceState::active;
  EXPECT_EQ(store.create(core("configmaps"), {"absent", "a"}, json::object(), &ns), nullptr);
  EXPECT_EQ(ns, NamespaceState::missing);
}

TEST_F(StoreTest, CountsGenerationsOnlyWhenTheSpecChanges) {
  static_cast<void>(make("pods", "p", {{"spec", {{"x", 1}}}}));
  const ObjectName name{"default", "p"};
  const auto labelled = store.update(core("pods"), name, [](const StoredObject& current) {
    json value = current.value();
    value["metadata"]["labels"] = {{"a", "b"}};
    return value;
  });
  EXPECT_EQ(labelled->generation(), 1);
  const auto changed = store.update(core("pods"), name, [](const StoredObject& current) {
    json value = current.value();
    value["spec"]["x"] = 2;
    return value;
  });
  EXPECT_EQ(changed->generation(), 2);
  EXPECT_GT(std::stoull(changed->resource_version()), std::stoull(labelled->resource_version()));
}

TEST_F(StoreTest, WritesNothingWhenNothingChanges) {
  const auto before = make("configmaps", "a");
  const auto after =
      store.update(core("configmaps"), {"default", "a"}, [](const StoredObject& current) { return current.value(); });
  EXPECT_EQ(before, after);
  EXPECT_EQ(before->resource_version(), std::to_string(store.resource_version()));
}

TEST_F(StoreTest, KeepsAnObjectWhoseEditThrows) {
  const auto before = make("configmaps", "a");
  EXPECT_THROW(static_cast<void>(store.update(core("configmaps"), {"default", "a"},
                                              [](const StoredObject&) -> json { throw std::runtime_error("no"); })),
               std::runtime_error);
  EXPECT_EQ(store.get(core("configmaps"), {"default", "a"}), before);
}

TEST_F(StoreTest, KnowsWhatIsInANamespace) {
  static_cast<void>(store.create(core("namespaces"), {"", "x"}, json::object()));
  static_cast<void>(store.create(core("configmaps"), {"x", "a"}, json::object()));
  static_cast<void>(store.create(core("secrets"), {"x", "b"}, json::object()));
  static_cast<void>(make("configmaps", "a"));
  std::vector<std::string> names;
  for (const auto& [type, object] : store.contents("x")) names.push_back(type->resource + '/' + object->name());
  EXPECT_EQ(names, (std::vector<std::string>{"configmaps/a", "secrets/b"}));
}

TEST_F(StoreTest, TellsItsObserverEveryChangeInOrder) {
  std::vector<std::string> seen;
  store.set_observer([&](const Change& change) {
    seen.push_back(std::string(change.before ? "b" : "-") + (change.after ? "a" : "-"));
  });
  static_cast<void>(make("configmaps", "a"));
  static_cast<void>(store.update(core("configmaps"), {"default", "a"}, [](const StoredObject& current) {
    json value = current.value();
    value["data"] = {{"k", "v"}};
    return value;
  }));
  static_cast<void>(store.remove(core("configmaps"), {"default", "a"}));
  EXPECT_EQ(seen, (std::vector<std::string>{"-a", "ba", "b-"}));
}

TEST_F(StoreTest, GivesEveryConcurrentWriteItsOwnVersion) {
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  const auto before = store.resource_version();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) {
        static_cast<void>(make("configmaps", "c-" + std::to_string(t) + "-" + std::to_string(i)));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store.resource_version(), before + kThreads * kEach);
}

TEST(Bootstrap, MakesTheSystemObjects) {
  Store store;
  bootstrap(store);
  for (const char* ns : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    EXPECT_TRUE(store.has_namespace(ns)) << ns;
  }
  EXPECT_NE(store.get(core("services"), {"default", "kubernetes"}), nullptr);
  EXPECT_NE(store.get(core("endpoints"), {"default", "kubernetes"}), nullptr);
  EXPECT_EQ(store.get(core("serviceaccounts"), {"default", "default"}), nullptr) << "a controller's work";
  EXPECT_NE(store.get(*find_built_in("networking.k8s.io", "servicecidrs"), {"", "kubernetes"}), nullptr);
  EXPECT_NE(store.get(*find_built_in("rbac.authorization.k8s.io", "clusterroles"), {"", "cluster-admin"}), nullptr);
}

TEST(ResourceTypes, AreFoundByGroupVersionAndPlural) {
  ASSERT_NE(find_built_in("apps", "v1", "deployments"), nullptr);
  EXPECT_EQ(find_built_in("apps", "v1", "deployments")->kind, "Deployment");
  EXPECT_EQ(find_built_in("apps", "v2", "deployments"), nullptr);
  EXPECT_EQ(find_built_in("nope", "v1", "deployments"), nullptr);
  EXPECT_NE(find_built_in("", "events"), find_built_in("events.k8s.io", "events"));
}

TEST(StoreOfAPlane, LabelsEveryObjectWithThePlanesId) {
  Store store({kDefaultWatchHistory, "p"});
  const auto label = [](const ObjectPtr& object) { return object->value()["metadata"]["labels"][kClusterLabel]; };
  const ResourceType& namespaces = *find_built_in("", "namespaces");
  const auto made = store.create(namespaces, {"", "team"}, {{"metadata", {{"labels", {{kClusterLabel, "another"}}}}}});
  EXPECT_EQ(label(made), "p");
  const auto edited = store.update(namespaces, {"", "team"}, [](const StoredObject& current) {
    json value = current.value();
    value["metadata"].erase("labels");
    value["spec"] = json::object();
    return value;
  });
  EXPECT_EQ(label(edited), "p");
  const auto same = store.update(namespaces, {"", "team"}, [](const StoredObject& current) {
    json value = current.value();
    value["metadata"]["labels"][kClusterLabel] = "another";
    return value;
  });
  EXPECT_EQ(same->resource_version(), edited->resource_version()) << "nothing has changed";
}

}  // namespace
}  // namespace kplane::testing::server
