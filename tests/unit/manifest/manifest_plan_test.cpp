// The order of a set, and what is refused of it before any I/O.
#include "manifest/manifest_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/manifest_sets.hpp"

namespace kplane::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tests::definition;
using tests::manifest;
using tests::set_of;

Manifests mixed_set() {
  return set_of({manifest("v1", "ConfigMap", "one", "a"), definition("x.io", "widgets", "Widget"),
                 manifest("apps/v1", "Deployment", "two", "a"), manifest("v1", "Namespace", "a"),
                 manifest("x.io/v1", "Widget", "three"), manifest("v1", "Namespace", "b")});
}

TEST(ManifestPlan, NamespacesComeFirstThenDefinitionsThenTheOthersInTheirOrder) {
  const Manifests set = mixed_set();
  EXPECT_THAT(make_plan(set, {}, ManifestAction::apply).order, ElementsAre(3, 5, 1, 0, 2, 4));
}

TEST(ManifestPlan, RemovalGoesBackwards) {
  const Manifests set = mixed_set();
  EXPECT_THAT(make_plan(set, {}, ManifestAction::remove).order, ElementsAre(4, 2, 0, 1, 5, 3));
}

TEST(ManifestPlan, KindsAreKnownByTheDefinitionsOfTheSet) {
  const Manifests set = mixed_set();
  const ManifestOptions options;
  const ManifestPlan plan = make_plan(set, options, ManifestAction::apply);
  ASSERT_NE(definition_of(plan, set[4]), nullptr);
  EXPECT_EQ(*definition_of(plan, set[4]), 1U);
  EXPECT_EQ(definition_of(plan, set[0]), nullptr);
  EXPECT_EQ(definition_of(plan, manifest("y.io/v1", "Widget", "x")), nullptr);
}

TEST(ManifestPlan, NamespaceOfAnotherGroupIsNone) {
  EXPECT_EQ(stage_of(manifest("v1", "Namespace", "a")), ManifestStage::ns);
  EXPECT_EQ(stage_of(manifest("x.io/v1", "Namespace", "a")), ManifestStage::rest);
  EXPECT_EQ(stage_of(definition("x.io", "widgets", "Widget")), ManifestStage::crd);
  EXPECT_EQ(stage_of(manifest("x.io/v1", "CustomResourceDefinition", "a")), ManifestStage::rest);
}

TEST(ManifestPlan, WhatCannotBeSentIsRefusedByItsOrigin) {
  for (const Manifest& broken : {manifest("v1", "Pod", "a/b"), manifest("v1", "Pod", ".."),
                                 manifest("../v1", "Pod", "a"), manifest("v1", "Pod", "a", "b/c")}) {
    const Manifests set = set_of({manifest("v1", "Pod", "fine"), broken});
    try {
      (void)make_plan(set, {}, ManifestAction::apply);
      ADD_FAILURE() << broken.json;
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), HasSubstr("object 2"));
    }
  }
}

TEST(ManifestPlan, OptionsAreChecked) {
  const Manifests set = mixed_set();
  ManifestOptions options;
  options.ns = "..";
  EXPECT_THROW((void)make_plan(set, options, ManifestAction::apply), ConfigError);
  options = {};
  options.field_manager.clear();
  EXPECT_THROW((void)make_plan(set, options, ManifestAction::apply), ConfigError);
  EXPECT_NO_THROW((void)make_plan(set, options, ManifestAction::remove));
}

}  // namespace
}  // namespace kplane::detail
