#include "manifest/bootstrap_grace.hpp"

#include "base/clock.hpp"
#include "manifest/manifest_plan.hpp"
#include "session/api_response.hpp"
#include "session/bootstrap.hpp"
#include "session/system_namespace.hpp"

namespace kplane::detail {

namespace {

constexpr Milliseconds longest_bootstrap{5'000};
constexpr Milliseconds longest_wait_for_namespaces{30'000};

bool may_refuse_at_first(const Error& error, const Manifest& manifest, const RunResults& results) {
  if (dynamic_cast<const NamespaceTerminating*>(&error) != nullptr) return false;  // which may never end by itself
  if (dynamic_cast<const Forbidden*>(&error) != nullptr) return true;
  if (is_unserved(error)) return stage_of(manifest) == ManifestStage::crd;
  const auto* missing = dynamic_cast<const NotFound*>(&error);
  if (missing == nullptr || missing->details().kind != "namespaces") return false;
  const std::string& name = missing->details().name;
  return is_system_namespace(name) || results.has_applied_namespace(name);
}

}  // namespace

BootstrapGrace::BootstrapGrace(const PlaneEndpoint& endpoint, TimePoint begin) noexcept
    : endpoint_(endpoint),
      bootstrapped_(deadline_after(begin, longest_bootstrap)),
      has_namespaces_(deadline_after(begin, longest_wait_for_namespaces)) {}

bool BootstrapGrace::covers(const Error& error, const Manifest& manifest, const RunResults& results,
                            TimePoint now) const {
  if (now < has_namespaces_ && is_too_early(endpoint_, error)) return true;
  return now < bootstrapped_ && !error.retryable() && may_refuse_at_first(error, manifest, results);
}

}  // namespace kplane::detail
