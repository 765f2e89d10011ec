// Objects as Tables and as metadata alone.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"
#include "local_server/print/cells.hpp"
#include "local_server/print/json_path.hpp"
#include "local_server/print/view.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kTable[] = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

const ResourceType& pods() { return *find_built_in("", "pods"); }

json table_of(const ResourceType& type, const json& document, const std::string& include_object = "") {
  return json::parse(shown(negotiate_view(kTable, include_object), type, {200, document.dump()}).body);
}

json pod(json spec, json status) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "p"}, {"resourceVersion", "7"}}},
          {"spec", std::move(spec)},
          {"status", std::move(status)}};
}

int refused_with(const char* accept) {
  try {
    static_cast<void>(negotiate_view(accept, ""));
  } catch (const StatusError& error) {
    return error.answer().status;
  }
  return 200;
}

TEST(Printing, SaysWhatAPodIsDoing) {
  const json spec = {{"containers", {{{"name", "a"}}, {{"name", "b"}}}}, {"initContainers", {{{"name", "i"}}}}};
  const auto status = [&](const json& of) { return pod_status(pod(spec, of), {}); };
  EXPECT_EQ(status({{"phase", "Pending"}}), "Pending");
  EXPECT_EQ(status({{"initContainerStatuses", {{{"name", "i"}, {"state", {{"running", json::object()}}}}}}}),
            "Init:0/1");
  EXPECT_EQ(
      status({{"containerStatuses", {{{"name", "a"}, {"state", {{"waiting", {{"reason", "ImagePullBackOff"}}}}}}}}}),
      "ImagePullBackOff");
  EXPECT_EQ(status({{"containerStatuses", {{{"name", "a"}, {"state", {{"terminated", {{"exitCode", 3}}}}}}}}}),
            "ExitCode:3");
  json going = pod(spec, {{"phase", "Running"}});
  going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(pod_status(going, {}), "Terminating");
  EXPECT_EQ(pod_ready(going, {}), "0/2");
  EXPECT_EQ(pod_status(pod(json::array(), {{"containerStatuses", {{"a", 1}}}}), {}), "") << "odd objects harm nobody";
}

TEST(Printing, MakesATableOfAnObjectAndOfAList) {
  const json one = table_of(pods(), pod({{"containers", {{{"name", "a"}}}}}, {{"phase", "Succeeded"}}));
  EXPECT_EQ(one["kind"], "Table");
  EXPECT_EQ(one["metadata"]["resourceVersion"], "7");
  EXPECT_EQ(one["columnDefinitions"].size(), 9U);
  EXPECT_EQ(one["rows"][0]["cells"],
            (json{"p", "0/1", "Succeeded", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>"}));
  EXPECT_EQ(one["rows"][0]["conditions"][0]["type"], "Completed");
  EXPECT_EQ(one["rows"][0]["object"]["kind"], "PartialObjectMetadata");
  const json list = {{"apiVersion", "v1"},
                     {"kind", "PodList"},
                     {"metadata", {{"continue", "c"}}},
                     {"items", {one["rows"][0]["object"]}}};
  EXPECT_EQ(table_of(pods(), list)["metadata"], (json{{"continue", "c"}}));
  EXPECT_EQ(table_of(pods(), list, "None")["rows"][0]["object"], nullptr);
  EXPECT_EQ(table_of(pods(), list, "Object")["rows"][0]["object"]["kind"], "PartialObjectMetadata") << "the item's own";
  EXPECT_THROW(static_cast<void>(table_of(pods(), list, "Everything")), StatusError);
}

TEST(Printing, TakesTheColumnsOfACustomType) {
  ResourceType type{"example.com", "v1", "widgets", "Widget"};
  type.custom = true;
  const json widget = {
      {"apiVersion", "example.com/v1"}, {"kind", "Widget"}, {"metadata", {{"name", "w"}}}, {"spec", {{"size", 3}}}};
  EXPECT_EQ(table_of(type, widget)["columnDefinitions"][1]["name"], "Age") << "where nothing is said of columns";
  type.printer_columns =
      std::make_shared<const json>(json::array({{{"name", "Size"}, {"type", "integer"}, {"jsonPath", ".spec.size"}},
                                                {{"name", "As text"}, {"type", "string"}, {"jsonPath", ".spec.size"}},
                                                {{"name", "None"}, {"type", "string"}, {"jsonPath", ".spec.none"}}}));
  EXPECT_EQ(table_of(type, widget)["rows"][0]["cells"], (json{"w", 3, "3", nullptr}));
}

TEST(Printing, ChoosesTheFirstFormThatIsServed) {
  EXPECT_EQ(negotiate_view(kTable, "").form, View::Form::table);
  EXPECT_EQ(negotiate_view("application/json;as=Other;v=v1;g=meta.k8s.io,*/*", "").form, View::Form::whole);
  EXPECT_EQ(negotiate_view("application/vnd.kubernetes.protobuf,application/json", "").form, View::Form::whole);
  EXPECT_EQ(negotiate_view("", "").form, View::Form::whole);
  EXPECT_EQ(refused_with("application/vnd.kubernetes.protobuf"), 406);
  EXPECT_EQ(refused_with("application/json;as=Other;v=v1;g=meta.k8s.io"), 406);
}

TEST(Printing, ShowsDurationsAsKubectlDoes) {
  EXPECT_EQ(human_duration(119), "119s");
  EXPECT_EQ(human_duration(120), "2m");
  EXPECT_EQ(human_duration(125), "2m5s");
  EXPECT_EQ(human_duration(3 * 3600 + 60), "3h1m");
  EXPECT_EQ(human_duration(9 * 3600), "9h");
  EXPECT_EQ(human_duration(3 * 86400 + 3600), "3d1h");
  EXPECT_EQ(human_duration(100 * 86400), "100d");
  EXPECT_EQ(human_duration(-5), "<invalid>");
}

TEST(JsonPath, FindsMembersItemsAndWhatAFilterLetsThrough) {
  const json object = json::parse(R"({"a":{"b.c":[{"t":"x","v":1},{"t":"y","v":2}]},"s":"text"})");
  const auto found = [&](const char* path) {
    const json* value = find_by_json_path(object, path);
    return value == nullptr ? json() : *value;
  };
  EXPECT_EQ(found(".s"), "text");
  EXPECT_EQ(found(R"(.a.b\.c[0].v)"), 1);
  EXPECT_EQ(found(".a['b.c'][-1].v"), 2);
  EXPECT_EQ(found(R"(.a["b.c"][?(@.t=="y")].v)"), 2);
  EXPECT_EQ(found(".a['b.c'][*].v"), 1);
  for (const char* path : {".none", ".s[0]", ".a['b.c'][7]", ".s.t", "[", ".a[?(", ".a['", "..", ".a[?(@.t==)]"}) {
    static_cast<void>(found(path));
  }
  EXPECT_EQ(found(".none"), json());
}

}  // namespace
}  // namespace kplane::testing::server
