// Fuzz target: manifests out of YAML and JSON. Each is the JSON of an object that is what the manifest says, and is the
// same when it is read again.
#include <nlohmann/json.hpp>

#include <kplane/error.hpp>
#include <kplane/manifests.hpp>

#include "target.hpp"

namespace {

void check(const kplane::Manifest& manifest) {
  kplane::fuzz::require(nlohmann::json::accept(manifest.json), "a manifest is JSON");
  kplane::fuzz::require(!manifest.api_version.empty() && !manifest.kind.empty() && !manifest.name.empty(),
                        "a manifest has an identity");
  const bool may_be_list = manifest.kind.size() >= 4 && manifest.kind.substr(manifest.kind.size() - 4) == "List";
  if (may_be_list) return;  // an object of such a kind that was itself in a list would be taken apart now
  const kplane::Manifests again = kplane::Manifests::from_yaml(manifest.json);
  kplane::fuzz::require(again.size() == 1, "a manifest is one object");
  kplane::fuzz::require(again[0].json == manifest.json, "a manifest that is read again stays as it is");
  kplane::fuzz::require(again[0].kind == manifest.kind && again[0].name == manifest.name && again[0].ns == manifest.ns,
                        "a manifest is what it says");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const kplane::Manifest& manifest : kplane::Manifests::from_yaml(kplane::fuzz::text_of(data, size))) {
      check(manifest);
    }
  } catch (const kplane::ManifestError& error) {
    kplane::fuzz::require(error.document() > 0 && error.line() > 0 && error.column() > 0, "an error says where");
  }
  return 0;
}
