// The OpenAPI document embedded in the library: what this version expects of a server.
#pragma once

#include <string>
#include <string_view>

#include <kplane/export.hpp>

namespace kplane::openapi {

/// The text of `openapi/kplane.v1.yaml`. Valid for the life of the process; no cost.
[[nodiscard]] KPLANE_API std::string_view spec_yaml() noexcept;

/// The same document as JSON text, converted on each call. `openapi::load_spec()` in <kplane/json.hpp> returns it as
/// `nlohmann::json`.
[[nodiscard]] KPLANE_API std::string spec_json();

}  // namespace kplane::openapi
