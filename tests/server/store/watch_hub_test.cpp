// The event history of a plane, and its subscriptions.
#include "local_server/store/watch_hub.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "local_server/store/store.hpp"

namespace kplane::testing::server {
namespace {

using Versions = std::vector<std::uint64_t>;

const ResourceType& kPods = *find_built_in("", "pods");
const ResourceType& kNodes = *find_built_in("", "nodes");

void record(WatchHub& hub, const ResourceType& type, std::uint64_t version) {
  hub.record(type, {version, nullptr, std::make_shared<const StoredObject>(nlohmann::json::object())});
}

Versions versions_of(const WatchNews& news) {
  Versions versions;
  for (const auto& event : news.events) versions.push_back(event.version);
  return versions;
}

TEST(WatchHub, GivesWhatCameAfterAVersionAndWhatComes) {
  WatchHub hub(10);
  record(hub, kPods, 1);
  record(hub, kNodes, 2);
  record(hub, kPods, 3);
  std::uint64_t oldest = 0;
  const auto subscription = hub.subscribe(kPods, 1, oldest);
  ASSERT_NE(subscription, nullptr);
  EXPECT_EQ(versions_of(hub.take(*subscription)), (Versions{3}));
  record(hub, kNodes, 4);
  record(hub, kPods, 5);
  record(hub, kNodes, 6);
  const WatchNews news = hub.take(*subscription);
  EXPECT_EQ(versions_of(news), (Versions{5}));
  EXPECT_EQ(news.version, 6U);
  EXPECT_FALSE(news.over);
  hub.unsubscribe(subscription);
  EXPECT_EQ(hub.subscription_count(), 0U);
}

TEST(WatchHub, ForgetsTheOldestEvents) {
  WatchHub hub(2);
  for (std::uint64_t version = 1; version <= 5; ++version) record(hub, kPods, version);
  std::uint64_t oldest = 0;
  EXPECT_EQ(hub.subscribe(kPods, 2, oldest), nullptr);
  EXPECT_EQ(oldest, 3U);
  const auto subscription = hub.subscribe(kPods, 3, oldest);
  ASSERT_NE(subscription, nullptr);
  EXPECT_EQ(versions_of(hub.take(*subscription)), (Versions{4, 5}));
  EXPECT_FALSE(hub.events_between(kPods, 2, 5).has_value());
  EXPECT_EQ(hub.events_between(kPods, 3, 4)->size(), 1U);
}

TEST(WatchHub, LosesNothingOfASubscriptionWhenItIsCompacted) {
  WatchHub hub(10);
  const auto subscription = hub.subscribe(kPods);
  record(hub, kPods, 1);
  hub.compact();
  EXPECT_EQ(versions_of(hub.take(*subscription)), (Versions{1}));
  std::uint64_t oldest = 0;
  EXPECT_EQ(hub.subscribe(kPods, 0, oldest), nullptr);
  EXPECT_NE(hub.subscribe(kPods, 1, oldest), nullptr);
}

TEST(WatchHub, CutsSubscriptions) {
  WatchHub hub(10);
  const auto subscription = hub.subscribe(kPods);
  hub.cut();
  EXPECT_TRUE(hub.take(*subscription).over);
  EXPECT_TRUE(hub.take(*subscription).over);
  EXPECT_FALSE(hub.take(*hub.subscribe(kPods)).over);
}

}  // namespace
}  // namespace kplane::testing::server
