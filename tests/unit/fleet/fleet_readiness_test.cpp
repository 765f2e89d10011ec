// What a Fleet's status means (contract §5).
#include "fleet/fleet_readiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/documents.hpp"

namespace kplane::detail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FleetRecord fleet(std::int32_t replicas, std::vector<FleetMember> members, std::int64_t observed = 1) {
  FleetRecord record{"rl", "u", 1, {}, {}, tests::make_object("{}")};
  record.spec.replicas = replicas;
  record.status.members = std::move(members);
  record.status.observed_generation = observed;
  return record;
}

FleetMember member(std::string id, std::string phase, std::string message = {}) {
  return {std::move(id), std::move(phase), std::move(message), std::nullopt};
}

TEST(FleetReadiness, IsReadyWhenAllWantedMembersAre) {
  EXPECT_TRUE(is_ready(fleet(2, {member("a", "Ready"), member("b", "Ready")})));
  EXPECT_FALSE(is_ready(fleet(2, {member("a", "Ready"), member("b", "Pending")})));
  EXPECT_FALSE(is_ready(fleet(2, {member("a", "Ready")})));
  EXPECT_FALSE(is_ready(fleet(1, {member("a", "Ready"), member("b", "Ready")}))) << "still scaling down";
}

TEST(FleetReadiness, StaleReadyReplicasIsNotBelieved) {
  FleetRecord stale = fleet(2, {member("a", "Pending"), member("b", "Pending")});
  stale.status.ready_replicas = 2;
  EXPECT_FALSE(is_ready(stale));
  EXPECT_EQ(count_ready(stale), 0);
}

TEST(FleetReadiness, StatusOfAnOlderGenerationDoesNotCount) {
  FleetRecord old = fleet(1, {member("a", "Ready")});
  old.generation = 2;
  EXPECT_FALSE(is_ready(old));
  old.status.observed_generation.reset();
  EXPECT_FALSE(is_ready(old));
}

TEST(FleetReadiness, EmptyFleetIsReadyOnceObserved) {
  EXPECT_TRUE(is_ready(fleet(0, {})));
  FleetRecord unseen = fleet(0, {});
  unseen.status.observed_generation.reset();
  EXPECT_FALSE(is_ready(unseen));
}

TEST(FleetReadiness, RefusedSpecIsOneMemberWithoutAnId) {
  const FleetRecord refused = fleet(3, {member("", "Failed", "names has 2 entries, replicas is 3")});
  EXPECT_TRUE(is_refused(refused));
  EXPECT_FALSE(is_ready(refused));
  EXPECT_TRUE(plane_ids(refused).empty());
  const FleetError error = refusal(refused);
  EXPECT_THAT(error.what(), HasSubstr("names has 2 entries"));
  EXPECT_EQ(error.members().at(0).phase, "Failed");
}

TEST(FleetReadiness, RefusalOfAnOlderGenerationIsHistory) {
  FleetRecord mended = fleet(1, {member("", "Failed", "x")});
  mended.generation = 2;
  EXPECT_FALSE(is_refused(mended));
}

TEST(FleetReadiness, PlanesAreTheMembersWhereTheStatusNamesAll) {
  EXPECT_THAT(plane_ids(fleet(2, {member("x", "Pending"), member("y", "Ready")})), ElementsAre("x", "y"));
}

TEST(FleetReadiness, PlanesComeFromTheSpecUntilThen) {
  EXPECT_THAT(plane_ids(fleet(2, {})), ElementsAre("rl-0000", "rl-0001"));
  FleetRecord prefixed = fleet(1, {});
  prefixed.spec.name_prefix = "p.";
  EXPECT_THAT(plane_ids(prefixed), ElementsAre("p.0000"));
  FleetRecord named = fleet(2, {});
  named.spec.names = {"a", "b"};
  EXPECT_THAT(plane_ids(named), ElementsAre("a", "b"));
  FleetRecord scaled = fleet(3, {member("rl-0000", "Ready")});
  scaled.generation = 2;
  EXPECT_THAT(plane_ids(scaled), ElementsAre("rl-0000", "rl-0001", "rl-0002"));
}

TEST(FleetReadiness, IdThatIsNoneIsTheServersFault) {
  EXPECT_THROW((void)plane_ids(fleet(1, {member("../x", "Ready")})), DecodeError);
  FleetRecord named = fleet(1, {});
  named.spec.names = {"a/b"};
  EXPECT_THROW((void)plane_ids(named), DecodeError);
}

TEST(FleetReadiness, IndicesGrowAFifthDigit) {
  const auto ids = plane_ids(fleet(10'001, {}));
  EXPECT_EQ(ids[9'999], "rl-9999");
  EXPECT_EQ(ids[10'000], "rl-10000");
}

TEST(FleetReadiness, LaggardsAreNamedWithTheirMessagesAndNotWithoutEnd) {
  std::vector<FleetMember> members;
  for (int i = 0; i < 20; ++i)
    members.push_back(member("m" + std::to_string(i), i == 0 ? "Ready" : "Pending", "readyz: no"));
  const std::string text = describe_laggards(fleet(20, members));
  EXPECT_THAT(text, HasSubstr("m1 (Pending: readyz: no), m2"));
  EXPECT_THAT(text, HasSubstr("and 14 more"));
  EXPECT_THAT(text, testing::Not(HasSubstr("m0")));
}

TEST(FleetReadiness, MemberThatIsNoPlaneIsNotReady) {
  for (const std::string& id : {std::string("../x"), std::string("x-"), std::string(64, 'x'), std::string("a")}) {
    const FleetRecord bad = fleet(2, {member("a", "Ready"), member(id, "Ready")});
    EXPECT_FALSE(is_ready(bad)) << id;
    EXPECT_THROW((void)plane_ids(bad), DecodeError) << id;
    const auto error = hopelessness(bad);
    ASSERT_TRUE(error) << id;
    ASSERT_EQ(error->members().size(), 1U);
    EXPECT_EQ(error->members()[0].cluster, id);
  }
}

TEST(FleetReadiness, HopeIsLostOnlyOnceAllMembersAreNamed) {
  EXPECT_FALSE(hopelessness(fleet(2, {member("a", "Ready"), member("b", "Pending")})));
  EXPECT_FALSE(hopelessness(fleet(3, {member("a", "Ready"), member("a", "Ready")}))) << "the status is not whole yet";
  EXPECT_TRUE(hopelessness(fleet(3, {member("", "Failed", "names has 2 entries")})));
}

TEST(FleetReadiness, NamesOfTheSpecAreLookedAtToo) {
  FleetRecord named = fleet(2, {});
  named.status.observed_generation.reset();
  named.spec.names = {"a", "a"};
  EXPECT_THROW((void)plane_ids(named), DecodeError);
  named.spec.names = {"a", std::string(64, 'b')};
  EXPECT_THROW((void)plane_ids(named), DecodeError);
}

TEST(FleetReadiness, ReplicasWithoutEndAreAnErrorAndNoMemory) {
  const FleetRecord endless = fleet(2'147'483'647, {});
  EXPECT_THROW((void)plane_ids(endless), FleetError);
  EXPECT_FALSE(is_ready(endless));
}

}  // namespace
}  // namespace kplane::detail
