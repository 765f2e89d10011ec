// EphemeralFleet: removed at scope exit, whatever happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

static_assert(!std::is_copy_constructible_v<EphemeralFleet> && std::is_nothrow_move_constructible_v<EphemeralFleet>);
static_assert(std::is_nothrow_destructible_v<EphemeralFleet>);

template <class From>
constexpr bool makes_a_fleet =
    std::is_constructible_v<Fleet, From> || std::is_convertible_v<From, Fleet> || std::is_assignable_v<Fleet&, From>;
static_assert(!makes_a_fleet<EphemeralFleet> && !makes_a_fleet<EphemeralFleet&> &&
              !makes_a_fleet<const EphemeralFleet&>);
static_assert(std::is_convertible_v<EphemeralFleet&, Fleet&> &&
              std::is_convertible_v<const EphemeralFleet&, const Fleet&>);
static_assert(std::is_nothrow_move_constructible_v<Fleet> && std::is_nothrow_move_assignable_v<Fleet>);

FleetSpec two() {
  FleetSpec spec;
  spec.replicas = 2;
  return spec;
}

class EphemeralFleetTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(EphemeralFleetTest);

TEST_P(EphemeralFleetTest, IsRemovedAtScopeExit) {
  const Client client = this->client();
  {
    auto fleet = client.ephemeral_fleet("rl", two());
    fleet.wait_until_ready(std::chrono::seconds{30});
    EXPECT_TRUE(client.find_fleet("rl"));
  }
  EXPECT_FALSE(client.find_fleet("rl"));
}

TEST_P(EphemeralFleetTest, IsRemovedWhenAnExceptionPasses) {
  const Client client = this->client();
  const auto fail = [&client] {
    const auto fleet = client.ephemeral_fleet("rl", two());
    throw std::runtime_error("the agent crashed");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_FALSE(client.find_fleet("rl"));
}

TEST_P(EphemeralFleetTest, DestructorSwallowsWhatCloseReports) {
  const Client client = this->client();
  kplane::testing::Fault refuse;
  refuse.method = "DELETE";
  refuse.status = 403;
  refuse.times = -1;
  {
    auto fleet = client.ephemeral_fleet("rl", two());
    server().add_fault(refuse);
    EXPECT_THROW(fleet.close(), Forbidden);
  }
  server().clear_faults();
  EXPECT_TRUE(client.find_fleet("rl")) << "the server refused to remove it";
}

TEST_P(EphemeralFleetTest, DestructorOutlivesItsServer) {
  const Client client = this->client();
  {
    const auto fleet = client.ephemeral_fleet("rl", two());
    server().stop();
  }
  SUCCEED();
}

TEST_P(EphemeralFleetTest, CloseRemovesItOnce) {
  const Client client = this->client();
  auto fleet = client.ephemeral_fleet("rl", two());
  fleet.close();
  EXPECT_FALSE(client.find_fleet("rl"));
  const Fleet next = client.create_fleet("rl", two());
  fleet.close();
  EXPECT_TRUE(client.find_fleet("rl"));
}

TEST_P(EphemeralFleetTest, ReleaseGivesItUp) {
  const Client client = this->client();
  {
    auto fleet = client.ephemeral_fleet("rl", two());
    EXPECT_EQ(fleet.release().name(), "rl");
  }
  EXPECT_TRUE(client.find_fleet("rl"));
}

TEST_P(EphemeralFleetTest, GoesWhereAFleetIsWanted) {
  const Client client = this->client();
  const auto name_of = [](const Fleet& fleet) { return fleet.name(); };
  const auto scaled = [](Fleet& fleet) { fleet.scale(1); };
  auto fleet = client.ephemeral_fleet("rl", two());
  EXPECT_EQ(name_of(fleet), "rl");
  scaled(fleet);
  EXPECT_EQ(fleet.spec().replicas, 1) << "it is the same handle";
  EXPECT_EQ(fleet.planes().size(), 1U);
  fleet.scale(2).wait_until_ready(std::chrono::seconds{30});
  EXPECT_TRUE(fleet.is_ready());
  EXPECT_EQ(fleet.states().size(), 2U);
  EXPECT_EQ(fleet.members().size(), 2U);
  EXPECT_EQ(fleet.generation(), fleet.object().get<std::int64_t>("/metadata/generation"));
  EXPECT_EQ(fleet.watch([](const Fleet&) { return false; }), WatchEnd::callback);
}

TEST_P(EphemeralFleetTest, MovingHandsTheDutyOn) {
  const Client client = this->client();
  {
    auto fleet = client.ephemeral_fleet("a", two());
    EphemeralFleet moved = std::move(fleet);
    EXPECT_EQ(moved.name(), "a");
    EXPECT_EQ(fleet.name(), "a") << "still an ordinary handle";  // NOLINT(bugprone-use-after-move)
    moved = client.ephemeral_fleet("b", two());
    EXPECT_FALSE(client.find_fleet("a"));
    EXPECT_TRUE(client.find_fleet("b"));
  }
  EXPECT_FALSE(client.find_fleet("b"));
}

TEST_P(EphemeralFleetTest, FleetThatSomebodyElseRemovedAndMadeAgainIsLeftAlone) {
  const Client client = this->client();
  {
    const auto fleet = client.ephemeral_fleet("rl", two());
    client.get_fleet("rl").remove();
    client.create_fleet("rl", two());
  }
  EXPECT_TRUE(client.find_fleet("rl"));
}

TEST_P(EphemeralFleetTest, FreshPlanesBearNamesOfThisRunOnly) {
  const Client client = this->client();
  EphemeralOptions fresh;
  fresh.fresh_planes = true;
  std::string first;
  {
    auto fleet = client.ephemeral_fleet("rl", two(), fresh);
    fleet.wait_until_ready(std::chrono::seconds{30});
    first = fleet.planes().at(0).cluster();
    EXPECT_THAT(first, ::testing::MatchesRegex("rl-[a-z0-9]+-0000"));
  }
  auto fleet = client.ephemeral_fleet("rl", two(), fresh);
  EXPECT_NE(fleet.planes().at(0).cluster(), first);
  FleetSpec named;
  named.names = {"x", "y"};
  named.names = {std::string(57, 'x')};
  EXPECT_THROW((void)client.ephemeral_fleet("long", named, fresh), ConfigError) << "with the suffix: 64 characters";
  named.names = {"x", "y"};
  const auto other = client.ephemeral_fleet("named", named, fresh);
  EXPECT_THAT(other.planes().at(1).cluster(), ::testing::MatchesRegex("y-[a-z0-9]+"));
}

}  // namespace
}  // namespace kplane::tests
