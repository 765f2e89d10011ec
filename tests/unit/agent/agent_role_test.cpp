// Which rights an agent gets, and how long a plane that still makes its roles is given.
#include "agent/agent_role.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "support/fake_clock.hpp"

namespace kplane::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const ClusterRole kController{"system:controller:job-controller", {}, {{R"({"verbs":["watch"]})"}}, {}};
const ClusterRole kPart{"part", {{"to", "edit"}}, {{R"({"verbs":["get"]})"}}, {}};

ClusterRole edit_role(std::vector<PolicyRule> rules = {}) {
  return {"edit", {}, std::move(rules), {{{"to", LabelRequirement::Operator::in, {"edit"}}}}};
}

using Sets = std::vector<std::vector<ClusterRole>>;

/// A plane whose ClusterRoles are one set after the other, each time that they are read.
class Roles {
 public:
  explicit Roles(Sets sets) : sets_(std::move(sets)) {}

  AgentRole find(std::chrono::milliseconds timeout = 10s) {
    const Clock clock = clock_.clock();
    Poll poll(clock, timeout);
    return find_agent_role("edit", {[this] { return get(); }, [this] { return next(); }}, poll);
  }
  [[nodiscard]] std::size_t reads() const noexcept { return reads_; }
  [[nodiscard]] std::size_t sleeps() const noexcept { return clock_.sleeps().size(); }

 private:
  std::vector<ClusterRole> next() { return sets_.at(std::min(reads_++, sets_.size() - 1)); }
  ClusterRole get() {
    for (const ClusterRole& role : next()) {
      if (role.name == "edit") return role;
    }
    ApiError::Info info;
    info.status = 404;
    info.reason = "NotFound";
    info.message = R"(clusterroles.rbac.authorization.k8s.io "edit" not found)";
    throw NotFound(info);
  }

  Sets sets_;
  std::size_t reads_ = 0;
  tests::FakeClock clock_;
};

TEST(AgentRole, WithRulesIsBoundAsItIs) {
  Roles filled({{edit_role({{R"({"verbs":["*"]})"}})}});
  EXPECT_THAT(filled.find().rules, IsEmpty());
  EXPECT_EQ(filled.reads(), 1U);
}

TEST(AgentRole, WithoutRulesIsWhatItAggregates) {
  Roles empty({{edit_role(), kPart, kController}});
  const AgentRole found = empty.find();
  EXPECT_EQ(found.name, "edit");
  ASSERT_EQ(found.rules.size(), 1U);
  EXPECT_EQ(found.rules[0].text, kPart.rules[0].text);
  EXPECT_EQ(empty.reads(), 2U);
}

TEST(AgentRole, ThatIsAbsentIsRefusedAtOnceInAPlaneThatHasItsRoles) {
  Roles others({{kPart, kController}});
  try {
    (void)others.find();
    ADD_FAILURE();
  } catch (const NotFound& error) {
    EXPECT_THAT(error.what(), HasSubstr("\"edit\" not found"));
    EXPECT_THAT(error.what(), HasSubstr("AgentOptions::role"));
  }
  EXPECT_EQ(others.sleeps(), 0U);
}

TEST(AgentRole, IsWaitedForInAPlaneThatStillMakesItsRoles) {
  Roles growing({{}, {}, {kPart}, {edit_role(), kPart}, {edit_role(), kPart, kController}});
  EXPECT_EQ(growing.find().rules.size(), 1U);
  EXPECT_EQ(growing.sleeps(), 3U);
}

TEST(AgentRole, IsNotTakenWhileAPartMayBeMissing) {
  Roles growing({{edit_role()}, {edit_role()}, {edit_role(), kPart, kController}});
  EXPECT_EQ(growing.find().rules.size(), 1U);
}

TEST(AgentRole, ThatIsFilledMeanwhileIsBoundAsItIs) {
  Roles filling({{edit_role()}, {edit_role()}, {edit_role(kPart.rules), kPart}});
  EXPECT_THAT(filling.find().rules, IsEmpty());
}

TEST(AgentRole, ThatNeverComesIsNotWaitedForLongerThanAllowed) {
  Roles none(Sets(1));
  EXPECT_THROW((void)none.find(2s), NotFound);
  EXPECT_GT(none.sleeps(), 1U);
  Roles impatient(Sets(1));
  EXPECT_THROW((void)impatient.find(0s), NotFound);
  EXPECT_EQ(impatient.sleeps(), 0U);
}

TEST(AgentRole, OfAPlaneWithoutControllersRolesIsTakenInTheEnd) {
  Roles own({{edit_role(), kPart}});
  EXPECT_EQ(own.find(2s).rules.size(), 1U);
}

TEST(AgentRole, WithoutRulesAndAggregationIsRefused) {
  Roles bare({{ClusterRole{"edit"}, kController}});
  EXPECT_THROW((void)bare.find(), RoleError);
  EXPECT_EQ(bare.reads(), 1U);
}

TEST(AgentRole, ThatAggregatesNothingIsRefused) {
  Roles nothing({{edit_role(), kController}});
  try {
    (void)nothing.find();
    ADD_FAILURE();
  } catch (const RoleError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'edit' grants no rights"));
  }
}

TEST(AgentRole, ThatNoRoleCanHoldIsRefused) {
  const ClusterRole large{"large", {{"to", "edit"}}, {{std::string(std::size_t{2} * 1024 * 1024, 'x')}}, {}};
  Roles much({{edit_role(), large, kController}});
  EXPECT_THROW((void)much.find(), RoleError);
}

TEST(AgentRole, ErrorKeepsItsTypeWhenItIsRaisedAgain) {
  const std::shared_ptr<const Error> error = RoleError("no rules").share();
  EXPECT_THROW(error->raise(), RoleError);
  EXPECT_FALSE(error->retryable());
}

}  // namespace
}  // namespace kplane::detail
