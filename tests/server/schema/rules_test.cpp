// The engine behind tables/validation.json.
#include "local_server/schema/rules.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_server/types/formats.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// The causes against a value of a type: its fields, each with the first word of its message.
std::vector<std::string> problems(const char* type, const char* value) {
  std::vector<Cause> causes;
  check_rules(*find_type(type), {}, json::parse(value), nullptr, causes);
  std::vector<std::string> all;
  for (const auto& cause : causes) all.push_back(cause.field + " " + cause.message.substr(0, cause.message.find(' ')));
  return all;
}

TEST(Rules, HoldInEveryTemplate) {
  const char* container = R"({"name":"UPPER","image":"i"})";
  const std::string pod = std::string(R"({"spec":{"containers":[)") + container + "]}}";
  EXPECT_THAT(problems("core.v1.Pod", pod.c_str()), ElementsAre("spec.containers[0].name Invalid"));
  const std::string cron =
      R"({"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never",
    "containers":[)" +
      std::string(container) + "]}}}}}}";
  EXPECT_THAT(problems("batch.v1.CronJob", cron.c_str()),
              ElementsAre("spec.jobTemplate.spec.template.spec.containers[0].name Invalid"));
}

TEST(Rules, TellEveryCause) {
  EXPECT_THAT(problems("core.v1.Container", R"({"image":"i","ports":[{"containerPort":70000,"protocol":"X"}],
    "env":[{"name":"a=b"}]})"),
              UnorderedElementsAre("name Required", "ports[0].containerPort Invalid", "ports[0].protocol Unsupported",
                                   "env[0].name Invalid"));
}

TEST(Rules, EnterWhatIsAbsent) {
  EXPECT_THAT(problems("core.v1.Service", R"({})"), ElementsAre("spec.ports Required"));
  EXPECT_THAT(problems("networking.v1.NetworkPolicy", R"({})"), IsEmpty());
}

TEST(Rules, CompareRequestsWithLimits) {
  EXPECT_THAT(problems("core.v1.Container", R"({"name":"c","image":"i","resources":{
    "limits":{"cpu":"500m","example.com/gpu":"1"},"requests":{"cpu":"1","example.com/gpu":"1"}}})"),
              ElementsAre("resources.requests Invalid"));
}

TEST(Rules, TakeAnyValueWithoutFailing) {
  for (const char* odd : {R"({"spec":7})", R"({"spec":{"containers":{}}})", R"({"spec":{"containers":[[],7,null]}})",
                          R"({"spec":{"containers":[{"name":7,"ports":"x","env":[3],"volumeMounts":[7]}]}})"}) {
    EXPECT_NO_THROW(static_cast<void>(problems("core.v1.Pod", odd))) << odd;
  }
}

TEST(Rules, SayWhatMayNotChange) {
  const json before = json::parse(R"({"spec":{"replicas":1,"serviceName":"a","template":{}}})");
  json after = before;
  after["spec"]["replicas"] = 2;
  std::vector<Cause> causes;
  check_change_rules(*find_type("apps.v1.StatefulSet"), before, after, causes);
  EXPECT_THAT(causes, IsEmpty());
  after["spec"]["serviceName"] = "b";
  check_change_rules(*find_type("apps.v1.StatefulSet"), before, after, causes);
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0].field, "spec");
  EXPECT_EQ(causes[0].reason, "FieldValueForbidden");
}

TEST(Formats, ReadCronSchedules) {
  const Format cron = find_format("cron");
  for (const char* good : {"* * * * *", "*/5 0-3 1,15 JAN-mar ?", "@hourly", "@every 5m"}) {
    EXPECT_THAT(cron(good), IsEmpty()) << good;
  }
  EXPECT_THAT(cron("61 * * * *"), ElementsAre("end of range (61) above maximum (59): 61"));
  EXPECT_THAT(cron("* * *"), ElementsAre("expected exactly 5 fields, found 3: [* * *]"));
}

TEST(Formats, CompareRangesOfAddresses) {
  EXPECT_TRUE(is_strict_subset("10.1.0.0/16", "10.0.0.0/8"));
  EXPECT_FALSE(is_strict_subset("10.0.0.0/8", "10.0.0.0/8"));
  EXPECT_FALSE(is_strict_subset("11.0.0.0/16", "10.0.0.0/8"));
  EXPECT_FALSE(is_strict_subset("10.0.0.0/99", "10.0.0.0/8"));
  EXPECT_FALSE(is_strict_subset("nothing", "10.0.0.0/8"));
}

}  // namespace
}  // namespace kplane::testing::server
