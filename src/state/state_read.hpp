// The aggregate read of one plane, with its fallback to the other path (contract §3).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

#include "json/json_outline.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "state/type_listing.hpp"

namespace kplane::detail {

/// `?resource=…&includeEmpty=true`, as requested; StateRead adds `warm=true`. @throws ConfigError when a resource name
/// is invalid
[[nodiscard]] std::string state_query(const StateOptions& options);

/// @throws ConfigError when one of them is invalid
void check_listed_types(const std::vector<ListedType>& types);

/// Decides what to send and what the answer means; the caller sends, so that single reads and batches share this.
///
/// Its requests point to it, so it must not move from its first request until the last answer was taken.
class StateRead final : private http::BodyWatcher {
 public:
  /// `endpoint` must outlive the read. @param query from state_query() @param warm StateOptions::warm: requested if the
  /// server is not known to be warm, or turns out to be cold
  /// @param deadline of all of its requests together
  /// @param listed StateOptions::listed_types @throws ConfigError when one of them is invalid
  StateRead(const PlaneEndpoint& endpoint, std::string query, bool warm, TimePoint deadline,
            const std::vector<ListedType>& listed = {});

  [[nodiscard]] http::Request first_request();
  /// @return the next request; nullopt when the read has ended, and take_result() has its result
  [[nodiscard]] std::optional<http::Request> take(Result<http::Response> received);
  /// Once.
  [[nodiscard]] Result<Snapshot> take_result() { return *std::move(result_); }

 private:
  using Next = std::optional<http::Request>;

  [[nodiscard]] http::Request request(StatePath path);
  [[nodiscard]] Next take_error(ErrorPtr error);
  [[nodiscard]] Next decode(const ApiResponse& answer);
  [[nodiscard]] Next settle_warmth(Snapshot snapshot);
  [[nodiscard]] Next begin_lists(Snapshot state);
  [[nodiscard]] Next next_list();
  [[nodiscard]] Next take_list(const Result<ApiResponse>& result);
  [[nodiscard]] Next end(Result<Snapshot> result);
  void begin(std::size_t expected_size) override { outline_.restart(expected_size); }
  void receive(std::string_view body_so_far) override { outline_.read(body_so_far); }

  const PlaneEndpoint* endpoint_;
  std::string query_;
  bool warm_;
  TimePoint deadline_;
  StatePath asked_ = StatePath::state;
  bool asked_warm_ = false;
  ErrorPtr first_miss_;
  std::optional<Result<Snapshot>> result_;
  kplane::json::JsonOutline outline_;
  std::vector<TypeListing> lists_;      // still to be read, in reverse order
  std::optional<Snapshot> state_;       // while the lists are read
  std::vector<SnapshotResource> read_;  // lists already read
};

/// One read from its request to its snapshot. @throws TransportError, ApiError, DecodeError
[[nodiscard]] Snapshot read_state(const PlaneEndpoint& endpoint, const StateOptions& options);

}  // namespace kplane::detail
