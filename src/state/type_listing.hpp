// TypeListing: all objects of one type in a plane, page by page.
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

/// Sending is the caller's. A list that changes too much while it is read is begun again, a few times.
class TypeListing {
 public:
  /// @throws ConfigError when that is no type
  TypeListing(const PlaneEndpoint& endpoint, const ListedType& type);

  [[nodiscard]] http::Request request() const;
  /// @return whether another request is needed @throws the error of the answer; DecodeError
  [[nodiscard]] bool take(const Result<ApiResponse>& result);
  /// As it would stand in a state. At the end, once.
  [[nodiscard]] SnapshotResource take_type();
  /// The plane does not serve the type: there is nothing.
  void take_unserved() { type_.items.clear(); }

 private:
  const PlaneEndpoint* endpoint_;
  ListCursor first_page_;
  ListCursor cursor_;
  SnapshotResource type_;
  int expiries_ = 0;
};

}  // namespace kplane::detail
