#include "manifest/type_lookup.hpp"

#include "manifest/manifest_plan.hpp"
#include "resource/discovery.hpp"

namespace kplane::detail {

std::optional<codec::ApiResource> TypeLookup::find(const Manifest& manifest) const {
  switch (stage_of(manifest)) {
    case ManifestStage::ns:
      return codec::ApiResource{manifest.kind, "namespaces", false};
    case ManifestStage::crd:
      return codec::ApiResource{manifest.kind, "customresourcedefinitions", false};
    case ManifestStage::rest:
      break;
  }
  const auto types = endpoint_.core->discovery().find(endpoint_.cluster, manifest.api_version);
  const codec::ApiResource* type = types ? find_kind(*types, manifest.kind) : nullptr;
  return type == nullptr ? std::nullopt : std::make_optional(*type);
}

http::Request TypeLookup::request(const Manifest& manifest, const StopToken& stop) const {
  http::Request request = discovery_request(endpoint_, manifest.api_version);
  request.stop = stop;
  return request;
}

bool TypeLookup::take(const Manifest& manifest, const ApiResponse& answer) {
  was_asked_ = true;
  const auto types = take_discovery(endpoint_, manifest.api_version, answer);
  return find_kind(*types, manifest.kind) != nullptr;
}

void TypeLookup::take_unserved(const Manifest& manifest) {
  was_asked_ = true;
  forget(manifest);
}

void TypeLookup::forget(const Manifest& manifest) {
  endpoint_.core->discovery().forget(endpoint_.cluster, manifest.api_version);
}

}  // namespace kplane::detail
