// Normalises objects of built-in types as Go's decoder and encoder do: checked types, defaults, canonical form.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {

/// Why an object cannot be one of its type, in the words of Go's decoder.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Takes unknown fields out, fills in defaults, and brings all values into the form in which a server stores them:
/// nulls and empty values are left out unless they are always written, quantities and times are canonical. Changes
/// nothing the second time. @return the paths of the unknown fields, such as
/// `spec.template.spec.containers[0].imagee`; none for a custom type. @throws DecodeError
std::vector<std::string> decode(const ResourceType& type, nlohmann::json& object);

/// What Go's encoder writes of a new structure of this type, before its defaults are filled in.
[[nodiscard]] nlohmann::json blank_value(const Type& type);

/// A structure of this type about which nothing is said.
[[nodiscard]] nlohmann::json empty_value(const Type& type);

}  // namespace kplane::testing::server
