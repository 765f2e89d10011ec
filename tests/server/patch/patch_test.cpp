// Merge patch and JSON patch, the hostile ones included.
#include "local_server/patch/patch.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/patch/strategic_patch.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

json patched(const char* media_type, const char* document, const char* patch) {
  return apply_patch(media_type, json::parse(document), json::parse(patch));
}

int status_of(const char* media_type, const char* document, const char* patch) {
  try {
    static_cast<void>(patched(media_type, document, patch));
  } catch (const StatusError& error) {
    return error.answer().status;
  }
  return 200;
}

TEST(MergePatch, ReplacesAddsAndRemoves) {
  EXPECT_EQ(patched(kMergePatchType, R"({"a":1,"b":{"c":2,"d":3}})", R"({"a":null,"b":{"c":4},"e":[1]})"),
            json::parse(R"({"b":{"c":4,"d":3},"e":[1]})"));
}

class StrategicMergePatch : public ::testing::Test {
 protected:
  static json patch(const char* document, const char* patch) {
    return apply_strategic_patch(*find_built_in("", "pods"), json::parse(document), json::parse(patch));
  }
  static int status_of(const char* patch) {
    try {
      static_cast<void>(StrategicMergePatch::patch(
          R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]},"metadata":{"finalizers":["x"]}})", patch));
    } catch (const StatusError& error) {
      return error.answer().status;
    }
    return 200;
  }
};

TEST_F(StrategicMergePatch, PutsNewItemsFirstUnlessAnOrderIsSet) {
  const char* const pod = R"({"spec":{"containers":[{"name":"a","image":"1"},{"name":"b"}]}})";
  EXPECT_EQ(patch(pod, R"({"spec":{"containers":[{"name":"c"},{"name":"a","image":"2"}]}})"),
            json::parse(R"({"spec":{"containers":[{"name":"c"},{"name":"a","image":"2"},{"name":"b"}]}})"));
  EXPECT_EQ(patch(pod, R"({"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"c"},{"name":"a"}],)"
                       R"("containers":[{"name":"c"}]}})"),
            json::parse(R"({"spec":{"containers":[{"name":"b"},{"name":"c"},{"name":"a","image":"1"}]}})"));
}

TEST_F(StrategicMergePatch, FollowsItsDirectives) {
  const char* const pod =
      R"({"metadata":{"finalizers":["x","y"]},"spec":{"containers":[{"name":"a"},{"name":"b"}],"volumes":[)"
      R"({"name":"v","emptyDir":{}}],"nodeSelector":{"k":"v"}}})";
  EXPECT_EQ(patch(pod, R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["x"]},"spec":{"containers":[)"
                       R"({"name":"a","$patch":"delete"}],"volumes":[{"name":"v","$retainKeys":["name","hostPath"],)"
                       R"("hostPath":{"path":"/"}}],"nodeSelector":{"$patch":"replace","q":"r"}}})"),
            json::parse(R"({"metadata":{"finalizers":["y"]},"spec":{"containers":[{"name":"b"}],"volumes":[)"
                        R"({"name":"v","hostPath":{"path":"/"}}],"nodeSelector":{"q":"r"}}})"));
  EXPECT_EQ(patch(pod, R"({"spec":{"$patch":"replace","containers":[]}})")["spec"],
            json::parse(R"({"containers":[]})"));
}

TEST_F(StrategicMergePatch, ThatIsNoneIsRefusedAsARealServerDoes) {
  EXPECT_EQ(status_of(R"({"spec":{"containers":[{"image":"x"}]}})"), 500);
  EXPECT_EQ(status_of(R"({"spec":{"containers":["x"]}})"), 500);
  EXPECT_EQ(status_of(R"({"spec":{"$patch":"fly"}})"), 500);
  EXPECT_EQ(status_of(R"({"spec":{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"name":"c"}]}})"), 500);
  EXPECT_EQ(status_of(R"({"spec":{"$setElementOrder/containers":[],"containers":[{"name":"c"}]}})"), 200);
  EXPECT_EQ(status_of(R"({"spec":{"$setElementOrder":[]}})"), 400);
  EXPECT_EQ(status_of(R"({"spec":{"$retainKeys":["x"],"containers":[]}})"), 400);
  EXPECT_EQ(status_of(R"({"metadata":{"finalizers":[["x"]]}})"), 500);
  EXPECT_EQ(status_of(R"([])"), 400);
}

TEST(MergePatch, MustBeAnObject) { EXPECT_EQ(status_of(kMergePatchType, "{}", "[1]"), 400); }

TEST(JsonPatch, AppliesEachOperation) {
  EXPECT_EQ(patched(kJsonPatchType, R"({"a":[1,2]})", R"([
      {"op":"test","path":"/a/0","value":1},
      {"op":"add","path":"/a/1","value":9},
      {"op":"add","path":"/a/-","value":3},
      {"op":"remove","path":"/a/0"},
      {"op":"replace","path":"/a/0","value":8},
      {"op":"copy","from":"/a","path":"/b"},
      {"op":"move","from":"/a/2","path":"/c~1d"}])"),
            json::parse(R"({"a":[8,2],"b":[8,2,3],"c/d":3})"));
}

TEST(JsonPatch, ThatDoesNotApplyIsInvalid) {
  const char* const document = R"({"a":[1],"s":"text","n":5})";
  for (const char* operation : {R"({"op":"test","path":"/n","value":6})",
                                R"({"op":"remove","path":"/absent"})",
                                R"({"op":"replace","path":"/absent/x","value":1})",
                                R"({"op":"replace","path":"/a/1","value":1})",
                                R"({"op":"add","path":"/a/2","value":1})",
                                R"({"op":"add","path":"/a/-3","value":1})",
                                R"({"op":"add","path":"/s/x","value":1})",
                                R"({"op":"add","path":"/n/0","value":1})",
                                R"({"op":"remove","path":"/s/x"})",
                                R"({"op":"remove","path":""})",
                                R"({"op":"move","from":"/absent","path":"/b"})",
                                R"({"op":"move","from":"/a","path":"/a/0"})",
                                R"({"op":"add","path":"","value":1})",
                                R"({"op":"add","path":"a","value":1})",
                                R"({"op":"fly","path":"/a"})",
                                R"({"op":"copy","path":"/a"})",
                                R"({"op":"test","path":"/a"})",
                                "{}",
                                "null",
                                R"({"op":"add","path":"/a/99999999999999999999","value":1})"}) {
    EXPECT_EQ(status_of(kJsonPatchType, document, ("[" + std::string(operation) + "]").c_str()), 422) << operation;
  }
}

TEST(JsonPatch, ReplaceAddsAMemberThatIsMissing) {
  EXPECT_EQ(patched(kJsonPatchType, R"({"a":{}})", R"([{"op":"replace","path":"/a/b","value":1}])"),
            json::parse(R"({"a":{"b":1}})"));
}

TEST(JsonPatch, IsAsLenientAsTheLibraryOfApiServers) {
  EXPECT_EQ(patched(kJsonPatchType, R"({"a":[1,2]})", R"([
      {"op":"add","path":"/a/-1","value":3},
      {"op":"replace","path":"/a/+0","value":0},
      {"op":"copy","from":"/absent","path":"/b"},
      {"op":"test","path":"/absent","value":null},
      {"op":"add","path":"/~2","value":4}])"),
            json::parse(R"({"a":[0,2,3],"b":null,"~2":4})"));
  EXPECT_EQ(patched(kJsonPatchType, "{}", "null"), json::object());
}

TEST(JsonPatch, ThatIsNoneIsABadRequest) {
  for (const char* patch : {"{}", "[1]", R"([{"op":1,"path":"/a"}])", R"([{"op":"add","path":["a"]}])"}) {
    EXPECT_EQ(status_of(kJsonPatchType, R"({"a":1})", patch), 400) << patch;
  }
}

TEST(JsonPatch, CannotGrowADocumentWithoutMeasure) {
  json patch = json::array();
  for (int i = 0; i < 64; ++i) patch.push_back({{"op", "copy"}, {"from", ""}, {"path", "/x" + std::to_string(i)}});
  EXPECT_THROW(static_cast<void>(apply_patch(kJsonPatchType, json::object(), patch)), StatusError);
}

}  // namespace
}  // namespace kplane::testing::server
