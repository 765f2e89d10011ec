// The HTTP requests behind a Resource's operations (contract §7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <kplane/json_text.hpp>
#include <kplane/request.hpp>
#include <kplane/resource_options.hpp>

#include "resource/resource_path.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

/// An object to send, and its destination.
struct SentObject {
  SentObject(ResourcePath where, std::string named) : path(std::move(where)), name(std::move(named)) {}

  ResourcePath path;  ///< with its namespace
  std::string name;   ///< empty: the server completes `metadata.generateName`, or it is a review, which has no name
};

/// @throws ConfigError when it is not an object, has neither name nor generateName and is not a review, or names
/// another namespace than `path`
[[nodiscard]] SentObject sent_to_create(const ResourcePath& path, const JsonText& object);
/// The same for one that must have a name.
[[nodiscard]] SentObject sent_by_name(const ResourcePath& path, const JsonText& object);

/// A request for a path below the plane.
[[nodiscard]] http::Request make_plane_request(const PlaneEndpoint& endpoint, std::string method,
                                               const std::string& path);

// Writes as values. Each throws ConfigError for invalid input.
/// @param sent from sent_to_create()
[[nodiscard]] Request create_write(const SentObject& sent, const JsonText& object, const WriteOptions& options);
/// @param sent from sent_by_name()
[[nodiscard]] Request replace_write(const SentObject& sent, const JsonText& object, const WriteOptions& options);
[[nodiscard]] Request patch_write(const ResourcePath& path, std::string_view name, PatchType type, std::string patch,
                                  const PatchOptions& options);
/// Server-side apply of the object `name`, which may be sent twice. `path` has its namespace.
[[nodiscard]] Request apply_write(const ResourcePath& path, std::string_view name, std::string object,
                                  const ApplyOptions& options);
/// For the object's `scale` subresource, whichever subresource `path` has.
[[nodiscard]] Request scale_write(ResourcePath path, std::string_view name, std::int32_t replicas,
                                  const PatchOptions& options);
[[nodiscard]] Request remove_write(const ResourcePath& path, std::string_view name, const DeleteOptions& options);
[[nodiscard]] Request remove_collection_write(const ResourcePath& path, const ListOptions& which,
                                              const DeleteOptions& options);

// The same as HTTP requests, and reads.
[[nodiscard]] http::Request get_request(const PlaneEndpoint& endpoint, const ResourcePath& path, std::string_view name,
                                        const GetOptions& options);
/// Selectors and page size.
[[nodiscard]] ListCursor::Query list_query(const ListOptions& options);
/// The start of a list.
[[nodiscard]] ListCursor list_cursor(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                     const ListOptions& options);
/// For the cursor's current page.
[[nodiscard]] http::Request list_request(const PlaneEndpoint& endpoint, const ListCursor& cursor,
                                         const ListOptions& options);
/// @param sent from sent_to_create()
[[nodiscard]] http::Request create_request(const PlaneEndpoint& endpoint, const SentObject& sent,
                                           const JsonText& object, const WriteOptions& options);
[[nodiscard]] http::Request create_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                           const JsonText& object, const WriteOptions& options);
/// @param sent from sent_by_name()
[[nodiscard]] http::Request replace_request(const PlaneEndpoint& endpoint, const SentObject& sent,
                                            const JsonText& object, const WriteOptions& options);
[[nodiscard]] http::Request replace_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                            const JsonText& object, const WriteOptions& options);
[[nodiscard]] http::Request patch_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                          std::string_view name, PatchType type, std::string patch,
                                          const PatchOptions& options);
[[nodiscard]] http::Request apply_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                          std::string_view name, std::string object, const ApplyOptions& options);
/// The same, with the name and the namespace from the object.
[[nodiscard]] http::Request apply_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                          const JsonText& object, const ApplyOptions& options);
[[nodiscard]] http::Request remove_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                           std::string_view name, const DeleteOptions& options);
[[nodiscard]] http::Request remove_collection_request(const PlaneEndpoint& endpoint, const ResourcePath& path,
                                                      const ListOptions& which, const DeleteOptions& options);

}  // namespace kplane::detail
