// Converts an object of a state into one that can be sent to a server.
#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

#include "codec/discovery_documents.hpp"

namespace kplane::detail {

/// The object to create, with its type, and without the fields that a server sets: uid, generation, times,
/// managedFields, deletion marks, the plane's label (contract §10), the uid and version in a volume's claimRef, and the
/// selector and labels that a Job gets from its uid, since a server rejects those of another uid.
/// @throws DecodeError; ConfigError for one in Go's internal layout (contract §3)
[[nodiscard]] std::string encode_created(const Object& object, const codec::ServedType& type);
/// The same as a replacement of `present`, on condition that it is unchanged. A Job's selector is immutable, so it
/// keeps that of the present uid. @throws as encode_created()
[[nodiscard]] std::string encode_replacement(const Object& object, const codec::ServedType& type,
                                             const Object& present);
/// As encode_created(), but without the status, if that has its own subresource.
[[nodiscard]] std::string encode_without_status(const Object& object, const codec::ServedType& type);
/// Only type, name and status. Empty if the status is what the server gives every new object, or only the server may
/// write it.
[[nodiscard]] std::string encode_status_only(const Object& object, const codec::ServedType& type);
/// The same object without the addresses and ports that the server gave a Service. @throws DecodeError
[[nodiscard]] std::string without_addresses(std::string_view encoded);

}  // namespace kplane::detail
