// The order of resource versions, where they have one.
#pragma once

#include <string_view>

namespace kplane::codec {

/// Whether `version` is older than `other`. Kubernetes' own versions are decimal numbers that count up, and may be
/// compared ("Resource versions" in the Kubernetes API concepts; for all planes of a server, contract §10). Of versions
/// that are no numbers, none is older.
[[nodiscard]] bool is_older_version(std::string_view version, std::string_view other) noexcept;

}  // namespace kplane::codec
