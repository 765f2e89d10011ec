// State bodies (contract §3), with every quirk they may have.
#include "codec/state.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include <kplane/error.hpp>

#include "support/documents.hpp"

namespace kplane::codec {
namespace {

Snapshot decode(std::string_view text, std::optional<std::string_view> header_time = std::nullopt) {
  return decode_state(tests::make_document(text), header_time);
}

std::string with_resources(const std::string& resources) {
  return R"({"cluster":"alpha","snapshotTime":"2026-05-21T18:05:00Z","liveResources":3,"resources":)" + resources +
         "}\n";
}

TEST(StateCodec, ReadsTheEnvelopeAndTheItems) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"pods","synced":true,"itemCount":2,"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]},
          {"group":"apps","resource":"deployments","synced":false,"itemCount":0,"items":[]}])"));
  EXPECT_EQ(snapshot.cluster, "alpha");
  EXPECT_EQ(snapshot.snapshot_time.time_since_epoch(), std::chrono::seconds{1'779'386'700});
  EXPECT_EQ(snapshot.live_resources, 3);
  EXPECT_EQ(snapshot.total_items(), 2U);
  const SnapshotResource* pods = snapshot.by_resource("pods");
  ASSERT_NE(pods, nullptr);
  EXPECT_TRUE(pods->synced);
  EXPECT_EQ(pods->item_count, 2);
  EXPECT_EQ(pods->items[1].name(), "b");
  const SnapshotResource* deployments = snapshot.by_resource("deployments", "apps");
  ASSERT_NE(deployments, nullptr);
  EXPECT_FALSE(deployments->synced);
  EXPECT_EQ(snapshot.by_resource("deployments", ""), nullptr);
  EXPECT_EQ(snapshot.by_resource("nodes"), nullptr);
}

TEST(StateCodec, TimeThatNoClockCanHoldIsTheEpoch) {
  for (const char* time : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    const std::string rest = R"("liveResources":3,"resources":[]})";
    const Snapshot said = decode(R"({"cluster":"alpha","snapshotTime":")" + std::string(time) + "\"," + rest);
    EXPECT_EQ(said.snapshot_time, std::chrono::system_clock::time_point()) << time;
    EXPECT_EQ(decode(R"({"cluster":"alpha",)" + rest, time).snapshot_time, std::chrono::system_clock::time_point());
  }
}

TEST(StateCodec, NullResourcesMeanNone) {
  const Snapshot snapshot = decode(with_resources("null"));
  EXPECT_TRUE(snapshot.resources.empty());
  EXPECT_EQ(snapshot.total_items(), 0U);
}

TEST(StateCodec, NullItemsMeanNone) {
  const Snapshot snapshot =
      decode(with_resources(R"([{"group":"","resource":"pods","synced":false,"itemCount":0,"items":null}])"));
  EXPECT_TRUE(snapshot.by_resource("pods")->items.empty());
}

TEST(StateCodec, OnePluralInTwoGroupsIsToldApart) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"events","synced":true,"itemCount":1,"items":[{"metadata":{"name":"core"}}]},
          {"group":"events.k8s.io","resource":"events","synced":true,"itemCount":1,"items":[{"metadata":{"name":"new"}}]}])"));
  EXPECT_EQ(snapshot.by_resource("events")->items[0].name(), "core");
  EXPECT_EQ(snapshot.by_resource("events", "events.k8s.io")->items[0].name(), "new");
}

TEST(StateCodec, WithoutACoreTypeTheFirstGroupCounts) {
  const Snapshot snapshot =
      decode(with_resources(R"([{"group":"apps","resource":"deployments","synced":true,"itemCount":0,"items":[]}])"));
  EXPECT_EQ(snapshot.by_resource("deployments")->group, "apps");
}

TEST(StateCodec, TimesMayHaveFractionsAndOffsets) {
  const Snapshot snapshot =
      decode(R"({"cluster":"a","snapshotTime":"2026-05-21T20:05:00.250+02:00","liveResources":0,"resources":null})");
  EXPECT_EQ(snapshot.snapshot_time.time_since_epoch(), std::chrono::milliseconds{1'779'386'700'250});
}

TEST(StateCodec, TimeOfTheHeaderServesABodyWithoutOne) {
  const char* body = R"({"cluster":"a","liveResources":0,"resources":[]})";
  EXPECT_EQ(decode(body, "2026-05-21T18:05:00.5Z").snapshot_time.time_since_epoch(),
            std::chrono::milliseconds{1'779'386'700'500});
  EXPECT_THROW((void)decode(body), DecodeError);
  EXPECT_THROW((void)decode(body, "noon"), DecodeError);
}

TEST(StateCodec, UnknownFieldsAnywhereAreIgnored) {
  const Snapshot snapshot = decode(
      R"({"new":{"a":[1,{}]},"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":1,"resources":[{"new":[[]],"group":"",)"
      R"("resource":"pods","synced":true,"itemCount":1,"items":[{}],"more":null}],"last":"x"})");
  EXPECT_EQ(snapshot.total_items(), 1U);
}

TEST(StateCodec, AbsentCountsAreCounted) {
  const Snapshot snapshot = decode(
      R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","resources":[{"resource":"pods","items":[{},{}]}]})");
  EXPECT_EQ(snapshot.live_resources, 1);
  EXPECT_EQ(snapshot.resources[0].item_count, 2);
  EXPECT_EQ(snapshot.resources[0].group, "");
  EXPECT_FALSE(snapshot.resources[0].synced) << "unknown is not the same as none";
}

TEST(StateCodec, InternalLayoutKeepsItsIdentity) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"pods","synced":true,"itemCount":1,"items":[{"name":"web","namespace":"d","Spec":{},"Status":{"Phase":"Running"}}]}])"));
  EXPECT_EQ(snapshot.by_resource("pods")->items[0].name(), "web");
  EXPECT_EQ(snapshot.by_resource("pods")->items[0].get<std::string_view>("/Status/Phase"), "Running");
}

TEST(StateCodec, WrongTypesAreRefusedWhereverTheyStand) {
  for (const char* body :
       {R"({"cluster":7,"snapshotTime":"2026-05-21T18:05:00Z","liveResources":0,"resources":[]})",
        R"({"cluster":"a","snapshotTime":1,"liveResources":0,"resources":[]})",
        R"({"cluster":"a","snapshotTime":"noon","liveResources":0,"resources":[]})",
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":"0","resources":[]})",
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":0.5,"resources":[]})",
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":0,"resources":{}})",
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":0,"resources":"none"})",
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":0})", R"([])", R"({})", R"("state")",
        "17", "null"}) {
    EXPECT_THROW((void)decode(body), DecodeError) << body;
  }
  for (const char* resources :
       {"[1]", "[null]", "[[]]", R"([{}])", R"([{"resource":1}])", R"([{"group":1,"resource":"pods"}])",
        R"([{"resource":"pods","synced":"yes"}])", R"([{"resource":"pods","itemCount":"1"}])",
        R"([{"resource":"pods","items":{}}])", R"([{"resource":"pods","items":[1]}])",
        R"([{"resource":"pods","items":[null]}])", R"([{"resource":"pods","items":"x"}])"}) {
    EXPECT_THROW((void)decode(with_resources(resources)), DecodeError) << resources;
  }
}

TEST(StateCodec, CountThatContradictsTheItemsIsRefused) {
  for (const char* resources :
       {R"([{"resource":"pods","itemCount":1,"items":[]}])", R"([{"resource":"pods","itemCount":0,"items":[{}]}])",
        R"([{"resource":"pods","itemCount":2,"items":[{}]}])", R"([{"resource":"pods","itemCount":-1,"items":[]}])",
        R"([{"resource":"pods","itemCount":1,"items":null}])", R"([{"resource":"pods","itemCount":1}])",
        R"([{"resource":"pods","itemCount":9223372036854775807,"items":[]}])",
        R"([{"resource":"pods","itemCount":18446744073709551616,"items":[]}])"}) {
    EXPECT_THROW((void)decode(with_resources(resources)), DecodeError) << resources;
  }
}

TEST(StateCodec, CountOfLiveTypesIsNotNegative) {
  EXPECT_THROW(
      (void)decode(R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:00Z","liveResources":-1,"resources":[]})"),
      DecodeError);
}

TEST(StateCodec, TypeThatStandsTwiceIsRefused) {
  for (const char* resources :
       {R"([{"resource":"pods"},{"resource":"pods"}])", R"([{"resource":"pods"},{"group":"","resource":"pods"}])",
        R"([{"resource":"pods"},{"group":null,"resource":"p\u006fds"}])",
        R"([{"group":"b","resource":"x"},{"group":"a","resource":"x"},{"group":"b","resource":"x"}])"}) {
    EXPECT_THROW((void)decode(with_resources(resources)), DecodeError) << resources;
  }
  EXPECT_NO_THROW((void)decode(with_resources(R"([{"group":"b","resource":"x"},{"group":"a","resource":"x"}])")))
      << "in any order";
}

TEST(StateCodec, SyncedTellsNoneFromUnknown) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"events","synced":false,"itemCount":0,"items":[]},
          {"group":"","resource":"pods","synced":true,"itemCount":0,"items":[]},
          {"group":"apps","resource":"deployments","synced":true,"itemCount":1,"items":[{}]},
          {"group":"events.k8s.io","resource":"events","synced":true,"itemCount":0,"items":[]}])"));
  EXPECT_TRUE(snapshot.is_synced("pods"));
  EXPECT_TRUE(snapshot.is_synced("deployments"));
  EXPECT_FALSE(snapshot.is_synced("deployments", ""));
  EXPECT_FALSE(snapshot.is_synced("events")) << "the core group's, as by_resource() finds it";
  EXPECT_TRUE(snapshot.is_synced("events", "events.k8s.io"));
  EXPECT_FALSE(snapshot.is_synced("nodes")) << "what is absent is unknown";
  EXPECT_FALSE(Snapshot().is_synced("pods"));
}

TEST(StateCodec, ListThatStandsTwiceIsRefused) {
  EXPECT_THROW((void)decode(with_resources(R"([],"resources":[])")), DecodeError);
  EXPECT_THROW((void)decode(with_resources(R"([{"resource":"pods","items":[],"items":[]}])")), DecodeError);
}

TEST(StateCodec, EveryTruncationIsRefused) {
  const std::string body = with_resources(
      R"([{"group":"","resource":"pods","synced":true,"itemCount":1,"items":[{"metadata":{"name":"a"},"n":[1,2]}]}])");
  for (std::size_t size = 0; size + 2 < body.size(); ++size) {
    EXPECT_THROW((void)decode(std::string_view(body).substr(0, size)), DecodeError) << size;
  }
}

TEST(StateCodec, WhatFollowsTheBodyIsRefused) {
  EXPECT_THROW((void)decode(with_resources("[]") + "{}"), DecodeError);
  EXPECT_THROW((void)decode(with_resources("[]") + "}"), DecodeError);
}

TEST(StateCodec, BottomlessItemIsHarmless) {
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const Snapshot snapshot =
      decode(with_resources(R"([{"group":"","resource":"pods","synced":true,"itemCount":1,"items":[)" + deep + "]}]"));
  EXPECT_EQ(snapshot.by_resource("pods")->items[0].name(), "");
  EXPECT_EQ(snapshot.by_resource("pods")->items[0].raw(), deep);
}

TEST(StateCodec, BrokenItemSurfacesOnFirstTouchAndSpoilsNoOther) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"pods","synced":true,"itemCount":2,"items":[{"metadata":{"name":tru}},{"metadata":{"name":"b"}}]}])"));
  const SnapshotResource* pods = snapshot.by_resource("pods");
  EXPECT_THROW((void)pods->items[0].get<bool>("/metadata/name"), DecodeError);
  EXPECT_EQ(pods->items[1].name(), "b");
}

TEST(StateCodec, SnapshotIsAValueThatSharesItsBuffer) {
  Snapshot copy;
  {
    const Snapshot snapshot = decode(with_resources(
        R"([{"group":"","resource":"pods","synced":true,"itemCount":1,"items":[{"metadata":{"name":"a"}}]}])"));
    copy = snapshot;
    EXPECT_EQ(copy.raw().data(), snapshot.raw().data());
  }
  EXPECT_EQ(copy.by_resource("pods")->items[0].name(), "a");
  const Snapshot empty;
  EXPECT_EQ(empty.raw(), "");
}

TEST(StateCodec, SnapshotKnowsTheTypesThatWereLookedUp) {
  const Snapshot snapshot = decode(with_resources(
      R"([{"group":"","resource":"pods","synced":true,"itemCount":0,"items":[]},{"group":"apps","resource":"deployments","synced":true,"itemCount":0,"items":[]}])"));
  EXPECT_TRUE(snapshot.types_read().empty());
  static_cast<void>(snapshot.by_resource("pods"));
  const Snapshot copy = snapshot;
  static_cast<void>(copy.by_resource("deployments", "apps"));
  static_cast<void>(copy.by_resource("pods"));
  static_cast<void>(copy.is_synced("jobs"));  // absent: that was an answer too
  EXPECT_EQ(snapshot.types_read(), (Vector<std::string>{"deployments", "jobs", "pods"}));
  EXPECT_TRUE(Snapshot().types_read().empty());
}

TEST(StateCodec, ThreadsMayLookUpTypesOfOneSnapshot) {
  const Snapshot snapshot = decode(with_resources("[]"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&snapshot, i] {
      for (int j = 0; j < 50; ++j) static_cast<void>(snapshot.by_resource("type-" + std::to_string((i + j) % 50)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(snapshot.types_read().size(), 50U);
}

}  // namespace
}  // namespace kplane::codec
