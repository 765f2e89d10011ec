// What keeps an object that is marked for deletion, and what the answer of a DELETE says.
#include "resource/pending_deletion.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>

#include <nlohmann/json.hpp>

#include <kplane/removal.hpp>

#include "codec/finalizers.hpp"
#include "codec/object_list.hpp"

namespace kplane::detail {
namespace {

Object object_of(const std::string& text) {
  return codec::decode_object(std::make_shared<const Document>(memory::PaddedBuffer(text), "a test"));
}

Object marked(const std::string& more, const std::string& rest = "") {
  return object_of(
      R"({"metadata":{"name":"a","uid":"u","resourceVersion":"7","deletionTimestamp":"2026-01-02T03:04:05Z")" + more +
      "}" + rest + "}");
}

TEST(WhatHolds, IsFinalizersGraceAndTheSpecOfANamespace) {
  EXPECT_EQ(what_holds(marked(R"(,"finalizers":["x.io/a","orphan"])")),
            "marked for deletion (deletionTimestamp 2026-01-02T03:04:05Z, finalizers x.io/a, orphan)");
  EXPECT_EQ(what_holds(marked(R"(,"deletionGracePeriodSeconds":30)")),
            "marked for deletion (deletionTimestamp 2026-01-02T03:04:05Z, grace period 30 s)");
  EXPECT_EQ(
      what_holds(marked("", R"(,"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Terminating"})")),
      "marked for deletion (deletionTimestamp 2026-01-02T03:04:05Z, phase Terminating, spec.finalizers kubernetes)");
  EXPECT_EQ(what_holds(object_of(R"({"metadata":{"finalizers":["x.io/a"]}})")), "") << "nobody deletes it";
}

TEST(WhatHolds, IsSomethingOrTheObjectGoes) {
  EXPECT_TRUE(is_held(marked(R"(,"finalizers":["x.io/a"],"deletionGracePeriodSeconds":0)")));
  EXPECT_TRUE(is_held(marked(R"(,"deletionGracePeriodSeconds":30)")));
  EXPECT_TRUE(is_held(marked("", R"(,"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Terminating"})")));
  EXPECT_FALSE(is_held(marked(R"(,"deletionGracePeriodSeconds":0)")));
  EXPECT_FALSE(is_held(marked("", R"(,"spec":{},"status":{"phase":"Terminating"})")));
  EXPECT_FALSE(is_held(marked("", R"(,"spec":{"finalizers":["somebody's own field"]})")));
  EXPECT_FALSE(is_held(object_of(R"({"kind":"Status"})")));
}

TEST(WhatHolds, ShowsNoMoreThanTenFinalizers) {
  std::string many = R"("f0")";
  for (int i = 1; i < 14; ++i) many += R"(,"f)" + std::to_string(i) + '"';
  const std::string text = what_holds(marked(R"(,"finalizers":[)" + many + "]"));
  EXPECT_NE(text.find("f9 and 4 more"), std::string::npos) << text;
}

TEST(Removal, TellsGoneFromMarkedAndFromAbsent) {
  const Removal absent;
  EXPECT_FALSE(absent);
  EXPECT_TRUE(absent.gone());
  const Removal gone{std::nullopt};
  EXPECT_TRUE(gone);
  EXPECT_TRUE(gone.gone());
  EXPECT_EQ(gone.held_by(), "");
  const Removal lingering{marked(R"(,"finalizers":["x.io/a"])")};
  EXPECT_TRUE(lingering);
  EXPECT_TRUE(lingering.lingers());
  EXPECT_NE(lingering.held_by().find("x.io/a"), std::string::npos);
  const Removal at_once{marked(R"(,"deletionGracePeriodSeconds":0)")};
  EXPECT_TRUE(at_once.gone());
  EXPECT_TRUE(at_once.object().has_value());
}

TEST(Removal, IsTheBoolThatRemoveOnceReturnedAndNoNumber) {
  const bool was_there = Removal(std::nullopt);
  EXPECT_TRUE(was_there);
  EXPECT_TRUE(Removal(std::nullopt) == true);
  EXPECT_TRUE(Removal() != true);
  static_assert(std::is_convertible_v<Removal, bool>);
  static_assert(!std::is_convertible_v<Removal, int>);
}

TEST(Finalizers, PolicySaysWhichStay) {
  const Object object = marked(R"(,"finalizers":["orphan","x.io/a","kubernetes.io/pvc-protection"])");
  const std::string pointer = "/metadata/finalizers";
  EXPECT_EQ(codec::kept_finalizers(object, pointer, FinalizerPolicy::well_known), std::vector<std::string>{"x.io/a"});
  EXPECT_EQ(codec::kept_finalizers(object, pointer, FinalizerPolicy::keep).size(), 3U);
  EXPECT_TRUE(codec::kept_finalizers(object, pointer, FinalizerPolicy::all).empty());
}

TEST(Finalizers, AreTakenFromThisVersionOfThisObjectAlone) {
  EXPECT_EQ(codec::encode_finalizers_patch(marked("")),
            R"({"metadata":{"finalizers":null,"resourceVersion":"7","uid":"u"}})");
}

TEST(Finalizers, OfANamespaceGoWithNothingElse) {
  const nlohmann::json sent = nlohmann::json::parse(codec::encode_finalized(
      marked(R"(,"finalizers":["x.io/a"],"labels":{"a":"b"})", R"(,"spec":{"finalizers":["kubernetes"]})")));
  EXPECT_EQ(sent["spec"]["finalizers"], nlohmann::json::array());
  EXPECT_EQ(sent["metadata"]["finalizers"], nlohmann::json::array({"x.io/a"}));
  EXPECT_EQ(sent["metadata"]["resourceVersion"], "7");
  EXPECT_EQ(sent["metadata"]["labels"]["a"], "b");
}

}  // namespace
}  // namespace kplane::detail
