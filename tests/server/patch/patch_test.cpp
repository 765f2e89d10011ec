// Merge patch and JSON patch, the hostile ones included.
#include "local_server/patch/patch.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"

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
  for (const char* operation :
       {R"({"op":"test","path":"/n","value":6})", R"({"op":"remove","path":"/absent"})",
        R"({"op":"replace","path":"/absent/x","value":1})", R"({"op":"replace","path":"/a/1","value":1})",
        R"({"op":"add","path":"/a/2","value":1})", R"({"op":"add","path":"/a/01","value":1})",
        R"({"op":"add","path":"/s/x","value":1})", R"({"op":"add","path":"/n/0","value":1})",
        R"({"op":"remove","path":"/s/x"})", R"({"op":"remove","path":""})",
        R"({"op":"copy","from":"/absent","path":"/b"})", R"({"op":"move","from":"/a","path":"/a/0"})",
        R"({"op":"add","path":"/a/99999999999999999999","value":1})"}) {
    EXPECT_EQ(status_of(kJsonPatchType, document, ("[" + std::string(operation) + "]").c_str()), 422) << operation;
  }
}

TEST(JsonPatch, ReplaceAddsAMemberThatIsMissing) {
  EXPECT_EQ(patched(kJsonPatchType, R"({"a":{}})", R"([{"op":"replace","path":"/a/b","value":1}])"),
            json::parse(R"({"a":{"b":1}})"));
}

TEST(JsonPatch, ThatIsNoneIsABadRequest) {
  for (const char* patch :
       {"{}", "[1]", R"([{}])", R"([{"op":1,"path":"/a"}])", R"([{"op":"add","path":"a","value":1}])",
        R"([{"op":"add","path":"/a"}])", R"([{"op":"fly","path":"/a"}])", R"([{"op":"add","path":"/~2","value":1}])",
        R"([{"op":"copy","path":"/a"}])"}) {
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
