// Normalises objects of built-in types as Go's decoder and encoder do: checked types, defaults, canonical form.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {

/// An object does not match its type; the message is that of Go's decoder.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Removes unknown fields, fills in defaults, and converts all values to the form in which a server stores them: nulls
/// and empty values are omitted unless always written, quantities and times are canonical. Idempotent. @return the
/// paths of the unknown fields, such as `spec.template.spec.containers[0].imagee`; none for a custom type. @throws
/// DecodeError
std::vector<std::string> decode(const ResourceType& type, nlohmann::json& object);

/// What Go's encoder writes for a new structure of this type, before defaulting.
[[nodiscard]] nlohmann::json blank_value(const Type& type);

/// A structure of this type with all fields unset.
[[nodiscard]] nlohmann::json empty_value(const Type& type);

}  // namespace kplane::testing::server
