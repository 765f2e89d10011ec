// Manifests, through their corpus.
#include "corpus.hpp"

#include <kplane/manifests.hpp>
#include <nlohmann/json.hpp>

namespace kplane {
namespace {

TEST(Manifests, SortTheCorpus) {
  corpus::expect_sorted<ManifestError>("manifests",
                                       [](const std::string& text) { static_cast<void>(Manifests::from_yaml(text)); });
}

TEST(Manifests, OfTheCorpusAreObjects) {
  for (const auto& file : corpus::files("manifests", "ok-")) {
    for (const Manifest& manifest : Manifests::from_yaml(file.content, file.name)) {
      const nlohmann::json object = nlohmann::json::parse(manifest.json);
      EXPECT_EQ(object.at("apiVersion"), manifest.api_version) << manifest.origin;
      EXPECT_EQ(object.at("kind"), manifest.kind) << manifest.origin;
      EXPECT_EQ(object.at("metadata").at("name"), manifest.name) << manifest.origin;
    }
  }
}

TEST(Manifests, ErrorsOfTheCorpusSayWhere) {
  for (const auto& file : corpus::files("manifests", "bad-")) {
    try {
      static_cast<void>(Manifests::from_yaml(file.content, file.name));
    } catch (const ManifestError& error) {
      EXPECT_EQ(error.file(), file.name);
      EXPECT_GE(error.document(), 1U) << file.name;
      EXPECT_GE(error.line(), 1U) << file.name;
      EXPECT_GE(error.column(), 1U) << file.name;
    }
  }
}

}  // namespace
}  // namespace kplane
