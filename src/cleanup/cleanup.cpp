#include "cleanup/cleanup.hpp"

#include "base/excerpt.hpp"
#include "codec/finalizers.hpp"
#include "resource/resource_request.hpp"

namespace kplane::detail {

http::Request release_request(const PlaneEndpoint& endpoint, const ResourcePath& path, const Object& object,
                              const StopToken& stop) {
  PatchOptions options;
  options.stop = stop;
  http::Request request =
      patch_request(endpoint, path, object.name(), PatchType::merge, codec::encode_finalizers_patch(object), options);
  request.idempotent = true;
  return request;
}

std::string describe(const std::vector<HeldObject>& held) {
  constexpr std::size_t most_shown = 5;
  std::string text;
  for (std::size_t i = 0; i < held.size() && i < most_shown; ++i) {
    const HeldObject& one = held[i];
    if (i != 0) text += "; ";
    text += one.plural + ' ' + (one.ns.empty() ? "" : one.ns + '/') + excerpt(one.name) + ' ' + one.why;
  }
  if (held.size() > most_shown) text += "; and " + std::to_string(held.size() - most_shown) + " more";
  return text;
}

}  // namespace kplane::detail
