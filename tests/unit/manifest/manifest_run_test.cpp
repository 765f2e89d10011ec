// The pieces of a run over a set: each by itself, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>

#include "codec/object_list.hpp"
#include "manifest/bootstrap_grace.hpp"
#include "manifest/definition_wait.hpp"
#include "manifest/manifest_cursor.hpp"
#include "manifest/manifest_request.hpp"
#include "manifest/type_lookup.hpp"
#include "support/manifest_sets.hpp"

namespace kplane::detail {
namespace {

using ::testing::ElementsAre;
using tests::definition;
using tests::manifest;
using tests::set_of;

ApiError::Info info(int status, const std::string& kind = {}, const std::string& name = {}) {
  ApiError::Info info;
  info.status = status;
  info.reason = status == 404 ? "NotFound" : "Forbidden";
  info.details.kind = kind;
  info.details.name = name;
  return info;
}

class ManifestPieces : public ::testing::Test {
 protected:
  std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>("http://127.0.0.1:1", ClientOptions());
  const PlaneEndpoint endpoint_{core_, "p", core_->cluster_base_url("p"), nullptr, "of-plane"};
  const ManifestOptions options_{};
  const Manifests set_ = set_of({manifest("v1", "ConfigMap", "a", "shop"), manifest("v1", "ConfigMap", "b", "other"),
                                 manifest("v1", "Namespace", "shop"), definition("x.io", "widgets", "Widget")});
};

using ManifestCursorTest = ManifestPieces;
using BootstrapGraceTest = ManifestPieces;
using TypeLookupTest = ManifestPieces;
using ManifestRequestTest = ManifestPieces;

TEST_F(ManifestCursorTest, VisitsTheObjectsInTheOrderOfThePlan) {
  const ManifestPlan plan = make_plan(set_, options_, ManifestAction::apply);
  const RunResults results(set_);
  std::vector<std::size_t> visited;
  for (ManifestCursor cursor(plan); !cursor.at_end(); cursor.advance(results)) {
    EXPECT_EQ(cursor.lingering(), nullptr);
    visited.push_back(cursor.index());
  }
  EXPECT_THAT(visited, ElementsAre(2, 3, 0, 1));
}

TEST_F(ManifestCursorTest, ComesBackToWhatLingersButNotToWhatWentWithItsNamespace) {
  const ManifestPlan plan = make_plan(set_, options_, ManifestAction::remove);
  RunResults results(set_);
  ManifestCursor cursor(plan);
  for (; cursor.lingering() == nullptr && !cursor.at_end(); cursor.advance(results)) {
    if (cursor.stage() == ManifestStage::ns) {
      results.note_removed_namespace(cursor.manifest().name);
      continue;
    }
    results[cursor.index()].outcome = ManifestOutcome::lingers;
    cursor.revisit({cursor.index(), {}, "uid of " + cursor.manifest().name, {}});
  }
  std::vector<std::string> revisited;
  for (; !cursor.at_end(); cursor.advance(results)) revisited.push_back(cursor.lingering()->uid);
  EXPECT_THAT(revisited, ElementsAre("uid of b", "uid of widgets.x.io"));
  EXPECT_EQ(results[0].outcome, ManifestOutcome::removed);
}

TEST(RunResults, KnowTheNamespacesThatWereApplied) {
  const Manifests set = set_of({manifest("v1", "Namespace", "shop"), manifest("v1", "ConfigMap", "map")});
  RunResults results(set);
  EXPECT_FALSE(results.has_applied_namespace("shop"));
  results[0].outcome = ManifestOutcome::updated;
  results[1].outcome = ManifestOutcome::created;
  EXPECT_TRUE(results.has_applied_namespace("shop"));
  EXPECT_FALSE(results.has_applied_namespace("map"));
}

TEST_F(BootstrapGraceTest, SystemNamespaceMayBeMissingForThirtySecondsOfAPlaneNotSeenComplete) {
  const TimePoint begin{};
  const BootstrapGrace grace(endpoint_, begin);
  const RunResults results(set_);
  const NotFound missing(info(404, "namespaces", "default"));
  EXPECT_TRUE(grace.covers(missing, set_[0], results, begin));
  EXPECT_TRUE(grace.covers(missing, set_[0], results, begin + Milliseconds{29'999}));
  EXPECT_FALSE(grace.covers(missing, set_[0], results, begin + Milliseconds{30'000}));
  core_->bootstrapped().add("p");
  EXPECT_TRUE(grace.covers(missing, set_[0], results, begin + Milliseconds{4'999}));
  EXPECT_FALSE(grace.covers(missing, set_[0], results, begin + Milliseconds{5'000})) << "it was deleted";
}

TEST_F(BootstrapGraceTest, OtherRefusalsOfANewPlaneAreToleratedForFiveSeconds) {
  const TimePoint begin{};
  const BootstrapGrace grace(endpoint_, begin);
  RunResults results(set_);
  results[2].outcome = ManifestOutcome::created;
  const Forbidden forbidden(info(403));
  const NotFound applied_namespace(info(404, "namespaces", "shop"));
  for (const Error* error : {static_cast<const Error*>(&forbidden), static_cast<const Error*>(&applied_namespace)}) {
    EXPECT_TRUE(grace.covers(*error, set_[0], results, begin + Milliseconds{4'999}));
    EXPECT_FALSE(grace.covers(*error, set_[0], results, begin + Milliseconds{5'000}));
  }
}

TEST_F(BootstrapGraceTest, WhatWaitingDoesNotMendIsNotTolerated) {
  const TimePoint begin{};
  const BootstrapGrace grace(endpoint_, begin);
  const RunResults results(set_);
  EXPECT_FALSE(grace.covers(NotFound(info(404, "namespaces", "other")), set_[1], results, begin)) << "nobody makes it";
  EXPECT_FALSE(grace.covers(NamespaceTerminating(info(403)), set_[0], results, begin));
  EXPECT_FALSE(grace.covers(Conflict(info(409)), set_[0], results, begin));
  const NotFound unserved{ApiError::Info()};
  EXPECT_FALSE(grace.covers(unserved, set_[0], results, begin));
  EXPECT_TRUE(grace.covers(unserved, set_[3], results, begin)) << "the path of CRDs";
}

TEST_F(TypeLookupTest, OnlyOtherTypesThanNamespacesAndDefinitionsAreAskedFor) {
  const TypeLookup types(endpoint_);
  EXPECT_EQ(types.find(set_[2])->plural, "namespaces");
  EXPECT_EQ(types.find(set_[3])->plural, "customresourcedefinitions");
  EXPECT_EQ(types.find(set_[0]), std::nullopt);
  EXPECT_EQ(types.request(set_[0], {}).url, endpoint_.base_url + "/api/v1");
}

TEST_F(TypeLookupTest, AnswerIsRememberedUntilItIsForgotten) {
  TypeLookup types(endpoint_);
  ApiResponse answer;
  answer.body = std::make_shared<const Document>(
      memory::PaddedBuffer(R"({"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true}]})"), "types");
  EXPECT_TRUE(types.take(set_[0], answer));
  EXPECT_TRUE(types.was_asked());
  EXPECT_EQ(types.find(set_[0])->plural, "configmaps");
  types.begin_object();
  EXPECT_FALSE(types.was_asked());
  types.forget(set_[0]);
  EXPECT_EQ(types.find(set_[0]), std::nullopt);
}

TEST_F(ManifestRequestTest, NamespaceIsTheObjectsOrThatOfTheOptionsOrThePlanes) {
  const codec::ApiResource config_maps{"ConfigMap", "configmaps", true};
  const Manifest without = manifest("v1", "ConfigMap", "c");
  ManifestOptions options;
  EXPECT_EQ(namespace_of(endpoint_, options, set_[0], config_maps), "shop");
  EXPECT_EQ(namespace_of(endpoint_, options, without, config_maps), "of-plane");
  options.ns = "of-options";
  EXPECT_EQ(namespace_of(endpoint_, options, without, config_maps), "of-options");
  EXPECT_EQ(namespace_of(endpoint_, options, set_[0], {"Node", "nodes", false}), "");
}

Object definition_with(const std::string& conditions) {
  return codec::decode_object(std::make_shared<const Document>(
      memory::PaddedBuffer(R"({"metadata":{"name":"d"},"status":{"conditions":[)" + conditions + "]}}"), "d"));
}

TEST(DefinitionWait, StateIsThatOfTheConditions) {
  const std::string accepted = R"({"type":"NamesAccepted","status":"True"})";
  const std::string refused = R"({"type":"NamesAccepted","status":"False"})";
  const std::string established = R"({"type":"Established","status":"True"})";
  EXPECT_EQ(definition_state(definition_with("")), DefinitionState::pending);
  EXPECT_EQ(definition_state(definition_with(accepted)), DefinitionState::pending);
  EXPECT_EQ(definition_state(definition_with(accepted + ',' + established)), DefinitionState::established);
  EXPECT_EQ(definition_state(definition_with(refused)), DefinitionState::names_refused);
  EXPECT_EQ(definition_state(definition_with(refused + ',' + established)), DefinitionState::names_refused);
  EXPECT_TRUE(is_established(definition_with(refused + ',' + established)));
}

}  // namespace
}  // namespace kplane::detail
