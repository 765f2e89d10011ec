// Lists all objects of one type in a plane, page by page.
#pragma once

#include <vector>

#include <kplane/error.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

#include "http/message.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

/// The caller sends. A list that expires while it is read is restarted, a few times.
class TypeListing {
 public:
  /// @throws ConfigError when the type is invalid
  TypeListing(const PlaneEndpoint& endpoint, const ListedType& type);

  [[nodiscard]] http::Request request() const;
  /// @return whether another request is needed @throws the error of the answer; DecodeError
  [[nodiscard]] bool take(const Result<ApiResponse>& result);
  /// The type as it would appear in a state. Call once, at the end.
  [[nodiscard]] SnapshotResource take_type();
  /// Call when the plane does not serve the type: it then has no objects.
  void take_unserved() { type_.items.clear(); }

 private:
  const PlaneEndpoint* endpoint_;
  ListCursor first_page_;
  ListCursor cursor_;
  SnapshotResource type_;
  int expiries_ = 0;
};

}  // namespace kplane::detail
