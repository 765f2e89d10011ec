#include "manifest/manifest_cleanup.hpp"

#include "cleanup/lingering_cleanup.hpp"

namespace kplane::detail {

void ManifestCleanup::begin_namespace(const std::string& name) {
  auto cleanup = std::make_unique<NamespaceCleanup>(endpoint_, name, policy(), plan_.options.stop, known_types_);
  namespace_ = cleanup.get();
  cleanup_ = std::move(cleanup);
}

void ManifestCleanup::begin_lingering(const ResourcePath& path, const LingeringManifest& object) {
  const Manifest& manifest = plan_.set[object.index];
  const bool goes_with_its_type = definition_of(plan_, manifest) != nullptr;
  cleanup_ = std::make_unique<LingeringCleanup>(endpoint_, path,
                                                LingeringObject{manifest.name, object.uid, goes_with_its_type},
                                                policy(), object.forced_from, plan_.options.stop);
  namespace_ = nullptr;
}

void ManifestCleanup::end() noexcept {
  cleanup_.reset();
  namespace_ = nullptr;
}

std::optional<Milliseconds> ManifestCleanup::take(const Result<ApiResponse>& result) {
  const std::optional<Milliseconds> pause = cleanup_->take(result);
  if (!pause && namespace_ != nullptr) known_types_ = namespace_->types();
  return pause;
}

}  // namespace kplane::detail
