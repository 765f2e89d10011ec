// Finds the resource by which a plane serves an object's kind.
#pragma once

#include <optional>

#include <kplane/manifest.hpp>

#include "codec/api_resources.hpp"
#include "http/message.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Namespaces and CRDs have the same resource on every plane; others are cached by the client or discovered, one
/// group-version at a time.
class TypeLookup {
 public:
  /// The endpoint must outlive this.
  explicit TypeLookup(const PlaneEndpoint& endpoint) noexcept : endpoint_(endpoint) {}

  /// @return nullopt when it is unknown: send request()
  [[nodiscard]] std::optional<codec::ApiResource> find(const Manifest& manifest) const;
  [[nodiscard]] http::Request request(const Manifest& manifest, const StopToken& stop) const;
  /// Takes the answer to request(). @return whether the plane serves the kind @throws DecodeError
  [[nodiscard]] bool take(const Manifest& manifest, const ApiResponse& answer);
  /// The same if the answer is that the plane does not serve the group-version.
  void take_unserved(const Manifest& manifest);
  /// Call when the cached type turned out to be outdated.
  void forget(const Manifest& manifest);

  /// Whether an answer was taken since the last begin_object().
  [[nodiscard]] bool was_asked() const noexcept { return was_asked_; }
  void begin_object() noexcept { was_asked_ = false; }

 private:
  const PlaneEndpoint& endpoint_;
  bool was_asked_ = false;
};

}  // namespace kplane::detail
