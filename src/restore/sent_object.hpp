// An object of a state, as it can be sent to a server again.
#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

#include "codec/discovery_documents.hpp"

namespace kplane::detail {

/// The object with its type, and without what a server sets itself: uid, generation, times, managedFields, marks of a
/// deletion, the label of its plane (contract §10), and what a volume's claimRef knows of the claim's version.
/// @param resource_version that the object must still have; empty: any, or none to be created
/// @throws DecodeError; ConfigError for one in Go's internal layout (contract §3)
[[nodiscard]] std::string encode_sent(const Object& object, const codec::ServedType& type,
                                      std::string_view resource_version = {});
/// The same without its status, where that is written by itself.
[[nodiscard]] std::string encode_without_status(const Object& object, const codec::ServedType& type);
/// Type, name and status alone. Empty where it says no more than the server says of every new object, or must be the
/// server's own.
[[nodiscard]] std::string encode_status_only(const Object& object, const codec::ServedType& type);
/// The same object without the addresses and ports that the server gave a Service.
[[nodiscard]] std::string without_addresses(std::string_view encoded);

}  // namespace kplane::detail
