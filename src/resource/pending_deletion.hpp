// What blocks the deletion of an object.
#pragma once

#include <string>

#include <kplane/object.hpp>

namespace kplane::detail {

/// Whether the object has a deletionTimestamp.
[[nodiscard]] bool is_marked(const Object& object);
/// Whether it is marked, and its finalizers, its grace period or, for a Namespace, spec.finalizers block its deletion
/// (contract §9).
[[nodiscard]] bool is_held(const Object& object);
/// The same as text, such as `marked for deletion (deletionTimestamp 2026-…Z, finalizers x.io/a)`; empty unless the
/// object is marked. Contains nothing else of the object.
[[nodiscard]] std::string what_holds(const Object& object);

}  // namespace kplane::detail
