// Patches that do not depend on the type: JSON merge patch (RFC 7396) and JSON patch (RFC 6902).
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

inline constexpr char kMergePatchType[] = "application/merge-patch+json";
inline constexpr char kJsonPatchType[] = "application/json-patch+json";
inline constexpr char kStrategicPatchType[] = "application/strategic-merge-patch+json";
inline constexpr char kApplyPatchType[] = "application/apply-patch+yaml";

/// Applies a patch of a media type that is_patch_type() accepts.
/// @throws StatusError: 400 for an invalid patch, 413 for one that is too large, 422 for one that does not apply.
[[nodiscard]] nlohmann::json apply_patch(std::string_view media_type, nlohmann::json document,
                                         const nlohmann::json& patch);

[[nodiscard]] bool is_patch_type(std::string_view media_type);

}  // namespace kplane::testing::server
