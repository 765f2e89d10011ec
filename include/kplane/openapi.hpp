// The OpenAPI document that is embedded in the library: what this version of it expects of a server.
#pragma once

#include <string>
#include <string_view>

#include <kplane/export.hpp>

namespace kplane::openapi {

/// The document as it stands in `openapi/kplane.v1.yaml`. Valid for the life of the process; no cost.
[[nodiscard]] KPLANE_API std::string_view spec_yaml() noexcept;

/// The same document as JSON text, converted at each call. `openapi::load_spec()` in <kplane/json.hpp> makes
/// `nlohmann::json` of it.
[[nodiscard]] KPLANE_API std::string spec_json();

}  // namespace kplane::openapi
