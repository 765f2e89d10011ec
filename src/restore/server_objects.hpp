// Which objects of a plane are its server's own, told by the markers that Kubernetes gives them.
#pragma once

#include <kplane/object.hpp>
#include <kplane/snapshot.hpp>

namespace kplane::detail {

/// Whose an object is. Markers and reserved names tell, not a list of what one version of the server makes. Who may
/// write a type can put its marker on an object, too: where it is known what a plane should hold, that tells instead.
enum class ObjectOwner {
  user,       ///< made by whoever uses the plane
  bootstrap,  ///< made by the server, once, for every plane (contract §10): one that was deleted does not come back
  server,     ///< kept up to date by the server all the time: nobody else needs to put it back
};

/// @param type that the object is of
[[nodiscard]] ObjectOwner owner_of(const SnapshotResource& type, const Object& object);

}  // namespace kplane::detail
