#pragma once

#include <functional>
#include <optional>
#include <string>

namespace kplane::detail {

/// The value of an environment variable; nullopt when it is unset.
using Lookup = std::function<std::optional<std::string>(const char* name)>;

/// Looks into the process's environment.
[[nodiscard]] std::optional<std::string> environment_variable(const char* name);

/// The value of a variable that is set and not empty.
[[nodiscard]] std::optional<std::string> non_empty(const Lookup& lookup, const char* name);

}  // namespace kplane::detail
