// Reads everything that an Object offers, and holds it against nlohmann::json where that accepts the text.
#pragma once

#include <kplane/object.hpp>

namespace kplane::fuzz {

/// DecodeError is the one exception that may come out of broken text; any other, and any contradiction, ends the
/// program.
void walk_object(const Object& object);

}  // namespace kplane::fuzz
