// Fuzz target: manifests out of YAML and JSON. Each is the JSON of an object that is what the manifest says, and is the
// same when it is read again.
#include <nlohmann/json.hpp>

#include <kplane/error.hpp>
#include <kplane/manifests.hpp>

#include "target.hpp"

namespace kplane::fuzz::manifests_target {
namespace {

void check(const kplane::Manifest& manifest) {
  require(nlohmann::json::accept(manifest.json), "a manifest is JSON");
  require(!manifest.api_version.empty() && !manifest.kind.empty() && !manifest.name.empty(),
          "a manifest has an identity");
  const bool may_be_list = manifest.kind.size() >= 4 && manifest.kind.substr(manifest.kind.size() - 4) == "List";
  if (may_be_list) return;  // an object of such a kind that was itself in a list would be taken apart now
  const kplane::Manifests again = kplane::Manifests::from_yaml(manifest.json);
  require(again.size() == 1, "a manifest is one object");
  require(again[0].json == manifest.json, "a manifest that is read again stays as it is");
  require(again[0].kind == manifest.kind && again[0].name == manifest.name && again[0].ns == manifest.ns,
          "a manifest is what it says");
}

void run(std::string_view text) {
  try {
    for (const kplane::Manifest& manifest : kplane::Manifests::from_yaml(text)) {
      check(manifest);
    }
  } catch (const kplane::ManifestError& error) {
    require(error.document() > 0 && error.line() > 0 && error.column() > 0, "an error says where");
  }
}

const Registration registration("manifests", run);

}  // namespace
}  // namespace kplane::fuzz::manifests_target
