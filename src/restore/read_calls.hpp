// The requests that read a plane.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <kplane/snapshot.hpp>

#include "restore/call.hpp"
#include "session/client_core.hpp"
#include "state/state_read.hpp"
#include "state/type_listing.hpp"

namespace kplane::detail {

/// The common base of the reads.
class ReadCall : public Call {
 public:
  /// nullptr on success.
  [[nodiscard]] const ErrorPtr& error() const noexcept { return error_; }

 protected:
  std::optional<Milliseconds> fail(ErrorPtr error) {
    error_ = std::move(error);
    return std::nullopt;
  }

 private:
  ErrorPtr error_;
};

/// The aggregate read, of all types.
class StateCall final : public ReadCall {
 public:
  StateCall(const PlaneEndpoint& endpoint, TimePoint deadline);

  [[nodiscard]] http::Request request() override;
  [[nodiscard]] std::optional<Milliseconds> take(Result<http::Response> received) override;
  /// Call once, if there was no error.
  [[nodiscard]] Snapshot take_state() { return *std::move(state_); }

 private:
  StateRead read_;
  std::optional<http::Request> next_;
  std::optional<Snapshot> state_;
};

/// The list of a type that states do not include. A type that is not served has no objects.
class ListCall final : public ReadCall {
 public:
  ListCall(const PlaneEndpoint& endpoint, const ListedType& type) : listing_(endpoint, type) {}

  [[nodiscard]] http::Request request() override { return listing_.request(); }
  [[nodiscard]] std::optional<Milliseconds> take(Result<http::Response> received) override;
  /// Call once, if there was no error.
  [[nodiscard]] SnapshotResource take_type() { return listing_.take_type(); }

 private:
  TypeListing listing_;
};

/// The server's version, which the client caches.
class VersionCall final : public ReadCall {
 public:
  explicit VersionCall(const PlaneEndpoint& endpoint) : endpoint_(endpoint) {}

  [[nodiscard]] http::Request request() override;
  [[nodiscard]] std::optional<Milliseconds> take(Result<http::Response> received) override;

 private:
  const PlaneEndpoint& endpoint_;
};

}  // namespace kplane::detail
