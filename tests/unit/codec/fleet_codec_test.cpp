// Fleet objects (contract §5).
#include "codec/fleet.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include <kplane/error.hpp>

#include "codec/scale.hpp"
#include "support/documents.hpp"

namespace kplane::codec {
namespace {

using tests::make_document;

const char* const fleet_text = R"({"apiVersion":"kplane.dev/v1","kind":"Fleet",
  "metadata":{"name":"rl","uid":"u-1","generation":2,"labels":{"team":"a"}},
  "spec":{"replicas":2,"namePrefix":"rl-","ttlSeconds":60,"flavour":"new"},
  "status":{"observedGeneration":2,"readyReplicas":1,"members":[
    {"clusterID":"rl-0000","phase":"Ready","lastTransitionTime":"2026-05-21T18:05:00Z"},
    {"clusterID":"rl-0001","phase":"Draining","message":"being moved"}]}})";

TEST(FleetCodec, ReadsSpecStatusAndMembers) {
  const auto fleet = decode_fleet(make_document(fleet_text));
  EXPECT_EQ(fleet.name, "rl");
  EXPECT_EQ(fleet.uid, "u-1");
  EXPECT_EQ(fleet.generation, 2);
  EXPECT_EQ(fleet.spec.replicas, 2);
  EXPECT_EQ(fleet.spec.name_prefix, "rl-");
  EXPECT_EQ(fleet.spec.ttl_seconds, 60);
  EXPECT_EQ(fleet.status.observed_generation, 2);
  EXPECT_EQ(fleet.status.ready_replicas, 1);
  ASSERT_EQ(fleet.status.members.size(), 2U);
  EXPECT_TRUE(fleet.status.members[0].is_ready());
  EXPECT_EQ(fleet.status.members[0].last_transition_time->time_since_epoch(), std::chrono::seconds{1'779'386'700});
}

TEST(FleetCodec, UnknownPhasesAndFieldsSurvive) {
  const auto fleet = decode_fleet(make_document(fleet_text));
  EXPECT_EQ(fleet.status.members[1].phase, "Draining");
  EXPECT_EQ(fleet.object.get<std::string>("/spec/flavour"), "new");
  EXPECT_EQ(fleet.object.get<std::string>("/metadata/labels/team"), "a");
}

TEST(FleetCodec, AbsentStatusIsNotYetReconciled) {
  const auto fleet = decode_fleet(make_document(R"({"metadata":{"name":"x"},"spec":{"replicas":0}})"));
  EXPECT_EQ(fleet.status.observed_generation, std::nullopt);
  EXPECT_EQ(fleet.status.ready_replicas, std::nullopt);
  EXPECT_TRUE(fleet.status.members.empty());
}

TEST(FleetCodec, NullCountsAsAbsent) {
  const auto fleet = decode_fleet(make_document(
      R"({"metadata":{"name":"x","generation":null},"spec":{"replicas":1,"names":null},"status":{"members":null,"observedGeneration":null}})"));
  EXPECT_EQ(fleet.spec.replicas, 1);
  EXPECT_TRUE(fleet.status.members.empty());
}

TEST(FleetCodec, WrongTypesAreRefused) {
  for (const char* text :
       {"[]",
        "{}",
        R"({"metadata":{"name":"x"}})",
        R"({"spec":{"replicas":1}})",
        R"({"metadata":[],"spec":{}})",
        R"({"metadata":{"name":1},"spec":{"replicas":1}})",
        R"({"metadata":{"name":"x","generation":"1"},"spec":{"replicas":1}})",
        R"({"metadata":{"name":"x"},"spec":[]})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":"1"}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":-1}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":4294967296}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1,"names":"a"}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1,"names":[1]}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":7})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":{"members":{}}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":{"members":[3]}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":{"members":[{"phase":true}]}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":{"members":[{"lastTransitionTime":"now"}]}})",
        R"({"kind":"Pod","metadata":{"name":"x"},"spec":{"replicas":1}})",
        R"({"metadata":{"name":"x"},"spec":{"replicas":1})"}) {
    EXPECT_THROW((void)decode_fleet(make_document(text)), DecodeError) << text;
  }
}

TEST(FleetCodec, ListHasPages) {
  const auto page = decode_fleet_list(make_document(
      R"({"kind":"FleetList","metadata":{"continue":"next"},"items":[{"metadata":{"name":"x"},"spec":{"replicas":1}}]})"));
  ASSERT_EQ(page.fleets.size(), 1U);
  EXPECT_EQ(page.continue_token, "next");
  EXPECT_TRUE(decode_fleet_list(make_document(R"({"items":null,"metadata":{}})")).fleets.empty());
  EXPECT_THROW((void)decode_fleet_list(make_document(R"({"metadata":{}})")), DecodeError);
  EXPECT_THROW((void)decode_fleet_list(make_document(R"({"items":[1]})")), DecodeError);
}

TEST(FleetCodec, EncodesOnlyWhatIsSet) {
  FleetSpec spec;
  spec.replicas = 3;
  EXPECT_EQ(nlohmann::json::parse(encode_fleet("rl", spec)),
            nlohmann::json::parse(
                R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":3}})"));
  spec.name_prefix = "p-";
  spec.names = {"a", "b", "c"};
  spec.ttl_seconds = 0;
  const auto full = nlohmann::json::parse(encode_fleet("rl", spec));
  EXPECT_EQ(full["spec"],
            nlohmann::json::parse(R"({"replicas":3,"namePrefix":"p-","names":["a","b","c"],"ttlSeconds":0})"));
  EXPECT_EQ(encode_scale(5), R"({"spec":{"replicas":5}})");
}

TEST(FleetCodec, TimeThatNoClockCanHoldIsNoneAndSpoilsNothing) {
  for (const char* time : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    const auto fleet = decode_fleet(make_document(
        R"({"metadata":{"name":"x"},"spec":{"replicas":1},"status":{"members":[{"clusterID":"a","phase":"Ready","lastTransitionTime":")" +
        std::string(time) + "\"}]}}"));
    ASSERT_EQ(fleet.status.members.size(), 1U);
    EXPECT_TRUE(fleet.status.members[0].is_ready());
    EXPECT_FALSE(fleet.status.members[0].last_transition_time) << time;
  }
}

TEST(FleetCodec, ScaleNamesTheFleetByItsUid) {
  EXPECT_EQ(nlohmann::json::parse(encode_fleet_scale("u-1", 5)),
            nlohmann::json::parse(R"({"metadata":{"uid":"u-1"},"spec":{"replicas":5}})"));
  EXPECT_EQ(encode_fleet_scale("", 5), R"({"spec":{"replicas":5}})");
}

}  // namespace
}  // namespace kplane::codec
