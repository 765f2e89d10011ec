#include "rl/recording/secret_data.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <kplane/object.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl::recording {

namespace {

constexpr const char* applied = "kubectl.kubernetes.io/last-applied-configuration";

/// Where data stands in a Secret, also in Go's internal layout (contract §3), and what takes its place.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> secret_fields{{
    {"/data", "{}"},
    {"/stringData", "{}"},
    {"/Data", "{}"},
    {"/StringData", "{}"},
    {"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration", R"("")"},
    {"/annotations/kubectl.kubernetes.io~1last-applied-configuration", R"("")"},
}};

struct Replacement {
  std::string_view original;
  std::string_view text;
};

std::vector<Replacement> find_secret_data(const SnapshotResource& secrets) {
  std::vector<Replacement> found;
  for (const Object& secret : secrets.items) {
    for (const auto& [pointer, text] : secret_fields) {
      const std::optional<Object> value = secret.at(pointer);
      if (value) found.push_back({value->raw(), text});  // it lies in the state's own text
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Replacement& a, const Replacement& b) { return a.original.data() < b.original.data(); });
  return found;
}

}  // namespace

std::vector<std::string_view> without_secret_data(const Snapshot& state) {
  const std::string_view text = state.raw();
  const SnapshotResource* secrets = state.by_resource("secrets", "");
  if (secrets == nullptr) return {text};
  std::vector<std::string_view> pieces;
  std::size_t position = 0;
  for (const Replacement& replacement : find_secret_data(*secrets)) {
    const auto begin = static_cast<std::size_t>(replacement.original.data() - text.data());
    pieces.push_back(text.substr(position, begin - position));
    pieces.push_back(replacement.text);
    position = begin + replacement.original.size();
  }
  pieces.push_back(text.substr(position));
  return pieces;
}

std::string without_secret_data(const Manifest& manifest) {
  if (manifest.api_version != "v1" || manifest.kind != "Secret") return manifest.json;
  nlohmann::ordered_json secret = nlohmann::ordered_json::parse(manifest.json);
  for (const char* field : {"data", "stringData"}) {
    if (secret.contains(field)) secret[field] = nlohmann::ordered_json::object();
  }
  const nlohmann::ordered_json::json_pointer annotations("/metadata/annotations");
  if (secret.contains(annotations) && secret[annotations].contains(applied)) secret[annotations][applied] = "";
  return secret.dump();
}

}  // namespace kplane::rl::recording
