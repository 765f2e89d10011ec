#include "manifest/manifest_request.hpp"

#include "resource/resource_request.hpp"

namespace kplane::detail {

std::string namespace_of(const PlaneEndpoint& endpoint, const ManifestOptions& options, const Manifest& manifest,
                         const codec::ApiResource& type) {
  if (!type.namespaced) return {};
  if (!manifest.ns.empty()) return manifest.ns;
  return options.ns.empty() ? endpoint.ns : options.ns;
}

http::Request manifest_request(const PlaneEndpoint& endpoint, const ManifestPlan& plan, const Manifest& manifest,
                               const ResourcePath& path) {
  if (plan.action == ManifestAction::apply) {
    ApplyOptions options;
    options.field_manager = plan.options.field_manager;
    options.force = plan.options.force;
    options.dry_run = plan.options.dry_run;
    options.stop = plan.options.stop;
    return apply_request(endpoint, path, manifest.name, manifest.json, options);
  }
  DeleteOptions options;
  options.propagation = Propagation::background;  // otherwise the pods of a Job would stay
  options.dry_run = plan.options.dry_run;
  options.stop = plan.options.stop;
  return remove_request(endpoint, path, manifest.name, options);
}

}  // namespace kplane::detail
