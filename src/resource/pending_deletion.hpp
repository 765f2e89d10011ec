// What keeps an object that is marked for deletion.
#pragma once

#include <string>

#include <kplane/object.hpp>

namespace kplane::detail {

/// Whether the object has a deletionTimestamp.
[[nodiscard]] bool is_marked(const Object& object);
/// Whether it is marked, and its finalizers, its grace period or, of a Namespace, spec.finalizers keep it (contract
/// §9).
[[nodiscard]] bool is_held(const Object& object);
/// Says so for people, such as `marked for deletion (deletionTimestamp 2026-…Z, finalizers x.io/a)`; empty unless the
/// object is marked. None of its contents.
[[nodiscard]] std::string what_holds(const Object& object);

}  // namespace kplane::detail
