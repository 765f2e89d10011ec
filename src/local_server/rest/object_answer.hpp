// Answers that contain objects.
#pragma once

#include <string>
#include <vector>

#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/store/object.hpp"

namespace kplane::testing::server {

/// An object's compact text, in the requested version of its type.
[[nodiscard]] std::string object_text(const ResourceType& type, const StoredObject& object);

/// A stored object converted to the shape of its type; nullptr: no conversion needed.
[[nodiscard]] ObjectPtr served_form(const ResourceType& type, const StoredObject& stored);

/// An answer that holds one object.
[[nodiscard]] Answer object_answer(int status, const ResourceType& type, const StoredObject& object);

}  // namespace kplane::testing::server
