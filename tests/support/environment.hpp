// An environment that is not the process's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "config/client_config.hpp"

namespace kplane::tests {

inline detail::Lookup lookup_in(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

}  // namespace kplane::tests
