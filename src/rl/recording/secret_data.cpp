#include "rl/recording/secret_data.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include <kplane/object.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl::recording {

namespace {

constexpr const char* applied = "kubectl.kubernetes.io/last-applied-configuration";

/// The fields with a Secret's data, also in Go's internal layout (contract §3), and their replacements.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> secret_fields{{
    {"/data", "{}"},
    {"/stringData", "{}"},
    {"/Data", "{}"},
    {"/StringData", "{}"},
    {"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration", R"("")"},
    {"/annotations/kubectl.kubernetes.io~1last-applied-configuration", R"("")"},
}};

struct Replacement {
  std::size_t begin = 0;  // in the state's text
  std::size_t size = 0;
  std::string_view text;
};

void find_secret_data(const SnapshotResource& secrets, const char* state_begin, std::vector<Replacement>& found) {
  for (const Object& secret : secrets.items) {
    for (const auto& [pointer, text] : secret_fields) {
      const std::optional<Object> value = secret.at(pointer);
      if (!value) continue;
      const std::string_view original = value->raw();  // a slice of the state's own text
      found.push_back({static_cast<std::size_t>(original.data() - state_begin), original.size(), text});
    }
  }
}

// Not std::string_view::find, which looks at each quotation mark: six times as slow.
bool has_secrets(std::string_view text) {
  constexpr std::string_view name = R"("secrets")";
  return ::memmem(text.data(), text.size(), name.data(), name.size()) != nullptr;
}

/// The caller may have changed the members of its Snapshot, but the text is what is recorded, so it is parsed again.
std::vector<Replacement> find_secret_data(std::string_view text) {
  if (!has_secrets(text)) return {};
  const Snapshot state = Snapshot::from_json(text);
  std::vector<Replacement> found;
  for (const SnapshotResource& resource : state.resources) {
    if (resource.resource == "secrets" && resource.group.empty()) {
      find_secret_data(resource, state.raw().data(), found);
    }
  }
  std::sort(found.begin(), found.end(), [](const Replacement& a, const Replacement& b) { return a.begin < b.begin; });
  return found;
}

}  // namespace

std::vector<std::string_view> without_secret_data(const Snapshot& state) {
  const std::string_view text = state.raw();
  std::vector<std::string_view> pieces;
  std::size_t position = 0;
  for (const Replacement& replacement : find_secret_data(text)) {
    pieces.push_back(text.substr(position, replacement.begin - position));
    pieces.push_back(replacement.text);
    position = replacement.begin + replacement.size;
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
