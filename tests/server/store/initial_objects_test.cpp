// What planes begin with: shared by all, until one of them writes it.
#include "local_server/store/initial_objects.hpp"

#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/fleet/state_view.hpp"
#include "local_server/store/bootstrap.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const ResourceType& namespaces() { return *find_built_in("", "namespaces"); }
const ResourceType& cluster_roles() { return *find_built_in("rbac.authorization.k8s.io", "clusterroles"); }

json with_label(const StoredObject& current) {
  json value = current.value();
  value["metadata"]["labels"]["a"] = "b";
  return value;
}

std::vector<std::string> names(const Listing& listing) {
  std::vector<std::string> found;
  for (const auto& object : listing.objects) found.push_back(object->name());
  return found;
}

class SharedStores : public ::testing::Test {
 protected:
  SharedStores() {
    bootstrap(store);
    bootstrap(other);
  }
  Store store{StoreOptions{kDefaultWatchHistory, "p", Identifiers(1, "p")}};
  Store other{StoreOptions{kDefaultWatchHistory, "q", Identifiers(1, "q")}};
};

TEST_F(SharedStores, HaveTheTextsOfTheirValues) {
  for (const auto& type : built_in_types()) {
    for (const auto& object : store.list(type).objects) {
      std::string whole;
      object->append_text(whole, ObjectForm::whole);
      EXPECT_EQ(json::parse(whole), object->value());
      std::string item;
      StoredObject(object->value()).append_text(item, ObjectForm::item);
      std::string shared_item;
      object->append_text(shared_item, ObjectForm::item);
      EXPECT_EQ(shared_item, item);
      EXPECT_EQ(object->value()["metadata"]["uid"], object->uid());
      EXPECT_EQ(object->value()["metadata"]["resourceVersion"], object->resource_version());
      EXPECT_EQ(object->value()["metadata"]["labels"][kClusterLabel], "p");
    }
  }
}

TEST_F(SharedStores, GiveEachObjectItsOwnUidAndVersion) {
  std::set<std::string> uids;
  std::set<std::string> versions;
  std::size_t count = 0;
  for (const auto& type : built_in_types()) {
    if (type.group == "events.k8s.io") continue;  // both Events APIs show the same objects
    for (const auto& object : store.list(type).objects) {
      uids.insert(object->uid());
      versions.insert(object->resource_version());
      ++count;
    }
    for (const auto& object : other.list(type).objects) uids.insert(object->uid());
  }
  EXPECT_EQ(uids.size(), 2 * count);
  EXPECT_EQ(versions.size(), count);
  EXPECT_EQ(store.resource_version(), count);
}

TEST_F(SharedStores, KeepAWriteToThemselves) {
  const auto before = store.get(namespaces(), {"", "default"});
  const auto written = store.update(namespaces(), {"", "default"}, with_label);
  EXPECT_EQ(written->uid(), before->uid());
  EXPECT_GT(std::stoull(written->resource_version()), std::stoull(before->resource_version()));
  EXPECT_EQ(store.get(namespaces(), {"", "default"}), written);
  EXPECT_FALSE(other.get(namespaces(), {"", "default"})->value()["metadata"]["labels"].contains("a"));
  EXPECT_EQ(names(store.list(namespaces())), names(other.list(namespaces())));
}

TEST_F(SharedStores, LoseWhatIsDeletedForGood) {
  ASSERT_NE(store.remove(cluster_roles(), {"", "view"}), nullptr);
  EXPECT_EQ(store.get(cluster_roles(), {"", "view"}), nullptr);
  EXPECT_NE(other.get(cluster_roles(), {"", "view"}), nullptr);
  ASSERT_NE(store.create(cluster_roles(), {"", "view"}, json::object()), nullptr);
  ASSERT_NE(store.remove(cluster_roles(), {"", "view"}), nullptr);
  EXPECT_EQ(store.get(cluster_roles(), {"", "view"}), nullptr) << "the shared one does not come back";
}

TEST_F(SharedStores, TellTheHistoryOfAWrite) {
  const std::uint64_t version = store.resource_version();
  const auto before = store.get(namespaces(), {"", "default"});
  static_cast<void>(store.update(namespaces(), {"", "default"}, with_label));
  const auto events = store.watch_hub().events_between(namespaces(), version, store.resource_version());
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ(events->front().before->value(), before->value());
  std::uint64_t oldest = 0;
  EXPECT_EQ(store.watch_hub().subscribe(namespaces(), version - 1, oldest), nullptr) << "the history begins here";
}

TEST(InitialObjectsOfAStore, LeaveNamesAloneThatAreTaken) {
  Store store;
  const auto own = store.create(namespaces(), {"", "default"}, json::object());
  bootstrap(store);
  EXPECT_EQ(store.get(namespaces(), {"", "default"}), own);
  EXPECT_EQ(store.list(namespaces()).objects.size(), 4U);
}

TEST(InitialObjectsOfAStore, ReachAWatchThatWasThereBefore) {
  Store store;
  const auto subscription = store.watch_hub().subscribe(namespaces());
  bootstrap(store);
  const WatchNews news = store.watch_hub().take(*subscription);
  EXPECT_EQ(news.events.size(), 4U);
  EXPECT_EQ(news.version, store.resource_version());
}

TEST(Identifiers, FollowFromTheSeedAndTheScope) {
  EXPECT_EQ(Identifiers(7, "p").uuid(3), Identifiers(7, "p").uuid(3));
  EXPECT_NE(Identifiers(7, "p").uuid(3), Identifiers(8, "p").uuid(3));
  EXPECT_NE(Identifiers(7, "p").uuid(3), Identifiers(7, "q").uuid(3));
  EXPECT_NE(Identifiers(7, "p").suffix(3, 5), Identifiers(7, "p").suffix(4, 5));
  EXPECT_EQ(Identifiers().uuid(0)[14], '4') << "a random one by its form";
}

TEST(StateLag, KeepsWritesFromInformers) {
  Store store{StoreOptions{kDefaultWatchHistory, {}, Identifiers(), std::chrono::hours(1)}};
  bootstrap(store);
  const auto count = store.informed(namespaces()).objects.size();
  static_cast<void>(store.create(namespaces(), {"", "new"}, json::object()));
  static_cast<void>(store.update(namespaces(), {"", "default"}, with_label));
  static_cast<void>(store.remove(namespaces(), {"", "kube-public"}));
  const auto informed = store.informed(namespaces()).objects;
  ASSERT_EQ(informed.size(), count);
  EXPECT_EQ(informed.front().content()["metadata"]["name"], "default");
  EXPECT_FALSE(informed.front().content()["metadata"]["labels"].contains("a"));
  EXPECT_EQ(store.list(namespaces()).objects.size(), count);
}

TEST(RootAdmission, LooksAtTheRootPlane) {
  PlanesOptions options;
  Planes own(options);
  EXPECT_EQ(&own.at("p").store().admission_store(), &own.at("p").store());
  options.root_admission = true;
  Planes planes(options);
  EXPECT_EQ(&planes.at("p").store().admission_store(), &planes.root().store());
  EXPECT_EQ(&planes.root().store().admission_store(), &planes.root().store());
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(FreshPlanes, TakeAFractionOfTheirState) {
  constexpr std::size_t kPlanes = 2'000;
  const PlaneScript script;
  const StateView view{{}, script};
  Planes planes;
  const std::size_t state = view.answer(planes.at("first"), {}).body.size();
  const std::size_t before = resident_bytes();
  for (std::size_t i = 0; i < kPlanes; ++i) {
    EXPECT_GT(view.answer(planes.at("p" + std::to_string(i)), {}).body.size(), state / 2);
  }
  EXPECT_LT((resident_bytes() - before) / kPlanes, state / 3);
}
#endif

}  // namespace
}  // namespace kplane::testing::server
