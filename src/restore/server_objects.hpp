// Recognises the server's own objects of a plane by the labels and annotations that Kubernetes gives them.
#pragma once

#include <kplane/object.hpp>
#include <kplane/snapshot.hpp>

namespace kplane::detail {

/// The owner of an object, determined by markers and reserved names, not by a list of what one server version creates.
/// Whoever may write a type can also set its marker, so if the desired contents of a plane are known, those decide
/// instead.
enum class ObjectOwner {
  user,       ///< created by a user of the plane
  bootstrap,  ///< created by the server once per plane (contract §10): not recreated after a deletion
  server,     ///< maintained continuously by the server: need not be restored
};

/// @param type of the object
[[nodiscard]] ObjectOwner owner_of(const SnapshotResource& type, const Object& object);

}  // namespace kplane::detail
