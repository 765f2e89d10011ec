#include "local_server/types/types.hpp"
#include "local_server/types/timestamps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

using ::testing::ElementsAre;

const Field& field(std::string_view type, std::string_view name) {
  const Type* found = find_type(type);
  const Field* result = found == nullptr ? nullptr : found->find(name);
  if (result == nullptr) throw std::out_of_range(std::string(type) + "." + std::string(name));
  return *result;
}

TEST(Types, AreFoundByKind) {
  ASSERT_NE(find_type("apps", "v1", "Deployment"), nullptr);
  EXPECT_EQ(find_type("apps", "v1", "Deployment")->name, "apps.v1.Deployment");
  EXPECT_EQ(find_type("", "v1", "Pod"), find_type("core.v1.Pod"));
  EXPECT_EQ(find_type("apps", "v1", "Pod"), nullptr);
  EXPECT_EQ(find_type("core.v1.Unheard"), nullptr);
}

TEST(Types, SayWhatStandsInAField) {
  EXPECT_EQ(field("core.v1.ContainerPort", "containerPort").shape.kind, Shape::Kind::int32);
  EXPECT_EQ(field("core.v1.Secret", "data").shape.item->kind, Shape::Kind::bytes);
  EXPECT_EQ(field("core.v1.ResourceRequirements", "limits").shape.item->kind, Shape::Kind::quantity);
  EXPECT_EQ(field("core.v1.PodSpec", "containers").shape.item->type, find_type("core.v1.Container"));
  EXPECT_EQ(field("coordination.v1.LeaseSpec", "renewTime").shape.kind, Shape::Kind::micro_time);
  EXPECT_EQ(field("apps.v1.ControllerRevision", "data").shape.kind, Shape::Kind::any);
}

TEST(Types, TellOfDefaultsAndOfWhatMustBeThere) {
  EXPECT_TRUE(field("core.v1.PodSpec", "containers").required);
  EXPECT_FALSE(field("core.v1.PodSpec", "volumes").required);
  EXPECT_EQ(field("core.v1.ContainerPort", "protocol").default_value, nlohmann::json("TCP"));
  EXPECT_EQ(field("core.v1.Container", "image").default_value, std::nullopt);
  EXPECT_THAT(field("core.v1.ContainerPort", "protocol").values, ElementsAre("SCTP", "TCP", "UDP"));
}

TEST(Types, TellHowListsAndMapsAreMerged) {
  const Field& ports = field("core.v1.Container", "ports");
  EXPECT_EQ(ports.list, ListType::map);
  EXPECT_THAT(ports.keys, ElementsAre("containerPort", "protocol"));
  EXPECT_EQ(ports.merge_key, "containerPort");
  EXPECT_TRUE(field("core.v1.PodSpec", "volumes").retain_keys);
  EXPECT_TRUE(field("core.v1.PodSpec", "nodeSelector").atomic);
  EXPECT_EQ(field("meta.v1.ObjectMeta", "finalizers").list, ListType::set);
  EXPECT_TRUE(field("meta.v1.ObjectMeta", "finalizers").merge);
  EXPECT_EQ(field("core.v1.PodSpec", "tolerations").list, ListType::atomic);
}

TEST(Timestamps, OfAllYearsStayWhatTheyAre) {
  for (const char* time :
       {"0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "1600-02-29T12:00:00Z", "1677-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z", "2024-02-29T01:02:03Z", "2300-03-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_EQ(utc_seconds(time), time);
  }
  EXPECT_EQ(utc_seconds("0999-12-31T23:59:59-01:00"), "1000-01-01T00:59:59Z");
  EXPECT_EQ(utc_micros("9000-01-01T00:00:00.123456+01:00"), "8999-12-31T23:00:00.123456Z");
}

}  // namespace
}  // namespace kplane::testing::server
