// Unset options are left out, so that the server's defaults apply.
#include "codec/delete_options.hpp"

#include <nlohmann/json.hpp>

#include "json/dump.hpp"

namespace kplane::codec {

namespace {

const char* policy_of(Propagation propagation) noexcept {
  switch (propagation) {
    case Propagation::background:
      return "Background";
    case Propagation::foreground:
      return "Foreground";
    case Propagation::orphan:
      return "Orphan";
    case Propagation::server_default:
      break;
  }
  return nullptr;
}

}  // namespace

std::string encode_delete_options(const DeleteOptions& options) {
  nlohmann::json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (const char* policy = policy_of(options.propagation)) body["propagationPolicy"] = policy;
  if (options.grace_period) body["gracePeriodSeconds"] = options.grace_period->count();
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) body["preconditions"]["resourceVersion"] = options.resource_version;
  if (options.dry_run) body["dryRun"] = {"All"};
  // Invalid UTF-8 can match nothing on the server; it must not throw another library's exception here.
  return json::dump(body);
}

}  // namespace kplane::codec
