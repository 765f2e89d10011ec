// An object of a state, as it can be sent to a server again.
#pragma once

#include <string>
#include <string_view>

#include <kplane/object.hpp>

#include "codec/discovery_documents.hpp"

namespace kplane::detail {

/// The object to be created, with its type, and without what a server sets itself: uid, generation, times,
/// managedFields, marks of a deletion, the label of its plane (contract §10), what a volume's claimRef knows of the
/// claim's version, and the selector and labels that a Job is given with its uid: a server refuses those of another
/// uid.
/// @throws DecodeError; ConfigError for one in Go's internal layout (contract §3)
[[nodiscard]] std::string encode_created(const Object& object, const codec::ServedType& type);
/// The same in place of the one that is `present`, if that has not been changed since. A Job's selector never changes:
/// it is that of the present uid. @throws as encode_created()
[[nodiscard]] std::string encode_replacement(const Object& object, const codec::ServedType& type,
                                             const Object& present);
/// As encode_created(), without its status, where that is written by itself.
[[nodiscard]] std::string encode_without_status(const Object& object, const codec::ServedType& type);
/// Type, name and status alone. Empty where it says no more than the server says of every new object, or must be the
/// server's own.
[[nodiscard]] std::string encode_status_only(const Object& object, const codec::ServedType& type);
/// The same object without the addresses and ports that the server gave a Service. @throws DecodeError
[[nodiscard]] std::string without_addresses(std::string_view encoded);

}  // namespace kplane::detail
