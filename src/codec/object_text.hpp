#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

namespace kplane::codec {

/// A string field of an object; empty when absent or not a string.
inline std::string text_at(const Object& object, std::string_view pointer) {
  return object.get<std::string>(pointer).value_or(std::string());
}

}  // namespace kplane::codec
