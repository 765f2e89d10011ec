#include "plane/plane_access.hpp"

#include <string>

namespace kplane::detail {

Plane PlaneAccess::make(const std::shared_ptr<ClientCore>& core, std::string_view cluster,
                        const PlaneOptions& options) {
  return Plane(std::make_shared<const PlaneEndpoint>(
      PlaneEndpoint{core, std::string(cluster), core->cluster_base_url(cluster), core->credentials_for(options),
                    core->namespace_for(options)}));
}

Plane PlaneAccess::make_root(const std::shared_ptr<ClientCore>& core, const PlaneOptions& options) {
  return Plane(std::make_shared<const PlaneEndpoint>(
      PlaneEndpoint{core, "root", core->base_url(), core->credentials_for(options), core->namespace_for(options)}));
}

}  // namespace kplane::detail
