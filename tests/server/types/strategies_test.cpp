// What a server does with the objects of each type, and Events in their two shapes.
#include "local_server/types/strategies.hpp"

#include <gtest/gtest.h>

#include "local_server/schema/events.hpp"
#include "local_server/schema/object_metadata.hpp"
#include "local_server/store/selectors.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const ResourceType& type(const char* group, const char* resource) { return *find_built_in(group, resource); }

TEST(Strategies, TellKindsApart) {
  EXPECT_TRUE(strategy_of(type("", "services")).answers_object);
  EXPECT_FALSE(strategy_of(type("apps", "deployments")).answers_object);
  EXPECT_TRUE(strategy_of(type("batch", "jobs")).orphans);
  EXPECT_FALSE(strategy_of(type("coordination.k8s.io", "leases")).unconditional_update);
  EXPECT_TRUE(strategy_of(type("coordination.k8s.io", "leases")).create_on_update);
  EXPECT_FALSE(strategy_of(fleet_type()).unconditional_update);
}

TEST(Strategies, NameOnlyTypesThatThereAre) {
  for (const auto& each : built_in_types()) static_cast<void>(strategy_of(each));
  EXPECT_EQ(&strategy_of(type("", "configmaps")), &strategy_of(type("networking.k8s.io", "ingresses")));
}

TEST(Strategies, SayWhichFieldsSelect) {
  const StoredObject pod(json{{"metadata", {{"name", "p"}}}, {"spec", {{"nodeName", "n"}}}});
  const auto selects = [&](const char* selector) {
    return Selection(type("", "pods"), {{"fieldSelector", selector}}).matches(pod);
  };
  EXPECT_TRUE(selects("spec.nodeName=n,metadata.name=p"));
  EXPECT_TRUE(selects("spec.hostNetwork=false"));
  EXPECT_TRUE(selects("status.phase!=Running"));
  EXPECT_FALSE(selects("spec.nodeName="));
  EXPECT_THROW(selects("spec.image=x"), StatusError);
  EXPECT_THROW(selects("spec.nodeName=a\\b"), StatusError);
}

TEST(Events, HaveEachGroupsShape) {
  const ResourceType& events = type("events.k8s.io", "events");
  const json served = {{"apiVersion", "events.k8s.io/v1"},
                       {"kind", "Event"},
                       {"note", "n"},
                       {"regarding", {{"name", "p"}}},
                       {"eventTime", nullptr}};
  const json stored = as_stored(events, served);
  EXPECT_EQ(stored["apiVersion"], "v1");
  EXPECT_EQ(stored["involvedObject"]["name"], "p");
  EXPECT_EQ(stored["message"], "n");
  EXPECT_EQ(stored["reportingComponent"], "");
  const json again = as_served(events, stored);
  EXPECT_EQ(again["regarding"], served["regarding"]);
  EXPECT_EQ(again["note"], "n");
  EXPECT_FALSE(again.contains("reportingController"));
  EXPECT_FALSE(is_stored_otherwise(type("", "events")));
}

TEST(ImmutableMetadata, IsWhatTheServerMarks) {
  const json before = {{"uid", "1"}};
  EXPECT_TRUE(immutable_metadata_problems(before, {{"uid", ""}, {"deletionTimestamp", nullptr}}).empty());
  EXPECT_EQ(immutable_metadata_problems(before, {{"deletionTimestamp", "2001-01-01T00:00:00Z"}}).size(), 2U);
  EXPECT_EQ(immutable_metadata_problems(before, {{"uid", "2"}}).front().field, "metadata.uid");
}

}  // namespace
}  // namespace kplane::testing::server
