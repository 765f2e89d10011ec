// Unique names. Shared by the examples.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace examples {

/// `prefix` and six random letters. Two runs against one server must not declare a Fleet of the same name, and a killed
/// run must not prevent the next one from starting.
inline std::string unique_name(std::string_view prefix) {
  std::random_device device;
  std::uniform_int_distribution<int> letter('a', 'z');
  std::string name(prefix);
  for (int i = 0; i < 6; ++i) name += static_cast<char>(letter(device));
  return name;
}

}  // namespace examples
