// Deletion marks, and what blocks the removal of a marked object.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

inline constexpr const char kForegroundFinalizer[] = "foregroundDeletion";
inline constexpr const char kOrphanFinalizer[] = "orphan";

[[nodiscard]] bool is_namespace(const ResourceType& type);

/// Whether the object has a deletionTimestamp.
[[nodiscard]] bool is_marked(const nlohmann::json& object);
/// Whether nothing blocks the removal of a marked object: no finalizers, no grace period, and no spec.finalizers of a
/// namespace.
[[nodiscard]] bool is_released(const ResourceType& type, const nlohmann::json& object);

/// Whether the object has this one of metadata.finalizers.
[[nodiscard]] bool has_finalizer(const nlohmann::json& object, const std::string& finalizer);
/// Adds or removes the finalizer.
void set_finalizer(nlohmann::json& object, const std::string& finalizer, bool wanted);

/// The grace period of an object that is marked; 0 when there is none.
[[nodiscard]] std::int64_t grace_of(const nlohmann::json& object);
/// Marks an object, or shortens the grace period of a marked one.
void mark_for_deletion(nlohmann::json& object, std::int64_t grace_seconds);
/// Marks a namespace, which becomes `Terminating` and has no grace period.
void mark_terminating(nlohmann::json& object);

}  // namespace kplane::testing::server
