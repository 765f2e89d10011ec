// The types that a plane serves, from discovery documents and CustomResourceDefinitions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kplane/object.hpp>

#include "json/document.hpp"

namespace kplane::codec {

/// A type whose objects can be listed and deleted.
struct ServedType {
  std::string api_version;
  std::string plural;
  bool has_collection_delete = true;  ///< all objects of a namespace can be deleted in one request
  bool is_namespaced = true;          ///< its objects live in namespaces
  std::string kind{};
  bool has_status = false;  ///< has a status subresource, so writes to the object itself leave the status alone
};

/// The answer of `/api` or `/apis`.
struct ServedGroups {
  std::vector<ServedType> types;          ///< if the answer is an APIGroupDiscoveryList
  std::vector<std::string> api_versions;  ///< otherwise: to be queried one by one
};

/// An APIGroupDiscoveryList, an APIGroupList or an APIVersions. @throws DecodeError
[[nodiscard]] ServedGroups decode_served_groups(const std::shared_ptr<const detail::Document>& body);

/// An APIResourceList. @throws DecodeError
[[nodiscard]] std::vector<ServedType> decode_served_types(const std::string& api_version,
                                                          const std::shared_ptr<const detail::Document>& body);

/// The type that a CustomResourceDefinition defines, in one of its served versions; empty if none is served.
[[nodiscard]] std::vector<ServedType> types_of_definition(const Object& definition);

}  // namespace kplane::codec
