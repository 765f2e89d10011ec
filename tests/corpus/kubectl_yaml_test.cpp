// Manifests against kubectl's answers: see kubectl_yaml/README.md.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <kplane/manifests.hpp>

#include "base/base64.hpp"

namespace kplane {
namespace {

using nlohmann::json;

constexpr const char* head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

std::vector<json> lines_of(const std::string& name) {
  std::ifstream file(std::string(KPLANE_CORPUS) + "/kubectl_yaml/" + name);
  std::vector<json> found;
  for (std::string line; std::getline(file, line);) found.push_back(json::parse(line));
  return found;
}

/// What stands behind the head of a manifest; nullopt when it is refused.
std::optional<json> read_behind_head(const std::string& text) {
  try {
    const Manifests manifests = Manifests::from_yaml(head + text);
    if (manifests.size() != 1) return std::nullopt;
    json object = json::parse(manifests[0].json);
    for (const char* key : {"apiVersion", "kind", "metadata"}) object.erase(key);
    return object;
  } catch (const ManifestError&) {
    return std::nullopt;
  }
}

std::optional<json> read_file(const std::string& base64) {
  try {
    json objects = json::array();
    for (const Manifest& manifest : Manifests::from_yaml(detail::decode_base64(base64).value())) {
      objects.push_back(json::parse(manifest.json));
    }
    return objects;
  } catch (const ManifestError&) {
    return std::nullopt;
  }
}

std::optional<json> read_case(const json& one) {
  return one.contains("yaml") ? read_behind_head(one.at("yaml").get<std::string>())
                              : read_file(one.at("file").get<std::string>());
}

std::string key_of(const json& one) {
  return one.contains("yaml") ? one.at("yaml").dump() : one.at("file").get<std::string>();
}

/// What is known to be read in another way than kubectl's; nullopt where it is refused.
std::map<std::string, std::optional<json>> known_differences() {
  std::map<std::string, std::optional<json>> found;
  for (const json& one : lines_of("differences.jsonl")) {
    found[key_of(one)] = one.contains("json") ? std::optional(one.at("json")) : std::nullopt;
  }
  return found;
}

void expect_read_as_kubectl_does(const std::string& name, std::size_t least) {
  const auto differences = known_differences();
  const std::vector<json> cases = lines_of(name);
  EXPECT_GE(cases.size(), least);
  for (const json& one : cases) {
    const std::string key = key_of(one);
    const std::optional<json> answer = one.contains("json") ? std::optional(one.at("json")) : std::nullopt;
    const auto known = differences.find(key);
    const std::optional<json> expected = known == differences.end() ? answer : known->second;
    if (known != differences.end()) {
      EXPECT_NE(expected, answer) << key << " does not differ any more";
    }
    EXPECT_EQ(read_case(one), expected) << key << " kubectl: " << one;
  }
}

TEST(KubectlYaml, EveryScalarIsWhatKubectlReads) { expect_read_as_kubectl_does("manifests.jsonl", 9'000); }
TEST(KubectlYaml, EveryFileIsWhatKubectlReads) { expect_read_as_kubectl_does("files.jsonl", 500); }

TEST(KubectlYaml, FewThingsDiffer) {
  const auto all = lines_of("differences.jsonl");
  EXPECT_LT(all.size(), 150U);
  for (const json& one : all) EXPECT_FALSE(one.at("why").get<std::string>().empty()) << one;
}

}  // namespace
}  // namespace kplane
