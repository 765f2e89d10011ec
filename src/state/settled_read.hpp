// Reads the state of one plane repeatedly until it has settled.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/digest.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

#include "base/backoff.hpp"
#include "http/batch.hpp"
#include "session/client_core.hpp"
#include "state/state_read.hpp"
#include "state/unshown_writes.hpp"
#include "state/written_objects.hpp"

namespace kplane::detail {

/// The requirements on a state, already validated.
struct SettlePlan {
  std::string query;
  bool warm = false;
  bool require_synced = false;
  std::vector<ListedType> listed{};
  std::vector<std::string> resources{};   ///< empty: all
  std::shared_ptr<WrittenObjects> log{};  ///< the writes it must show; nullptr: none
  Milliseconds quiet{0};
  DigestOptions digest{};
};

/// For a plain read, or one with StateOptions::require_synced. @throws ConfigError
[[nodiscard]] SettlePlan settle_plan(const StateOptions& options);
/// @param log nullptr: none @throws ConfigError
[[nodiscard]] SettlePlan settle_plan(const SettleOptions& options, std::shared_ptr<WrittenObjects> log);

/// Decides what to send, when, and what the answer means; the caller sends, so that single reads and batches share
/// this. Its requests point to it, so it must not move after its first request.
///
/// If the state does not show a write, somebody else may have changed or deleted the object since, so the object is
/// read: at the second look, and then less and less often.
class SettledRead {
 public:
  /// `endpoint` and `plan` must outlive the read. @param deadline of the last look
  SettledRead(const PlaneEndpoint& endpoint, const SettlePlan& plan, TimePoint deadline);

  [[nodiscard]] http::Request first_request();
  /// @return the next request; nullopt when the read has ended, and take_result() has its result
  [[nodiscard]] std::optional<http::FollowUp> take(Result<http::Response> received);
  /// Call once.
  [[nodiscard]] Result<Snapshot> take_result() { return *std::move(result_); }

 private:
  using Next = std::optional<http::FollowUp>;

  [[nodiscard]] TimePoint now() const { return endpoint_->core->clock().now(); }
  [[nodiscard]] bool asks_for(const WrittenObject& written) const;
  [[nodiscard]] http::Request state_request(TimePoint at);
  [[nodiscard]] http::Request object_request() const;

  [[nodiscard]] Next take_object(Result<http::Response> received);
  [[nodiscard]] Next take_state(Result<Snapshot> read);
  [[nodiscard]] Next look(Snapshot state, bool may_find);
  [[nodiscard]] Next look_again(TimePoint at_latest = TimePoint::max());
  [[nodiscard]] Next find(Snapshot state);
  void find_out(WrittenObject& written, const Result<ApiResponse>& answer) const;
  [[nodiscard]] bool is_quiet(const Snapshot& state);
  [[nodiscard]] ErrorPtr unknown_type(const Snapshot& state) const;
  [[nodiscard]] ErrorPtr failure() const;
  [[nodiscard]] Next end(Result<Snapshot> result);

  const PlaneEndpoint* endpoint_;
  const SettlePlan* plan_;
  TimePoint deadline_;
  TimePoint begun_;
  std::vector<WrittenObject> writes_;
  std::vector<std::size_t> to_find_;  // the writes whose objects are to be read
  std::optional<Snapshot> seen_;      // while objects are read
  std::optional<StateRead> read_;
  TimePoint read_at_{};
  std::size_t looks_ = 0;
  std::size_t next_find_ = 2;
  Backoff pauses_;

  // Why the state has not settled yet:
  std::vector<std::string> unsynced_;
  std::vector<UnshownWrite> unshown_;

  std::optional<Digest> digest_;
  TimePoint same_since_{};
  std::optional<Result<Snapshot>> result_;
};

/// One read from its first request to its snapshot. @throws TransportError, ApiError, DecodeError, StoppedError
[[nodiscard]] Snapshot read_settled(const PlaneEndpoint& endpoint, const SettlePlan& plan, const StateOptions& options);

}  // namespace kplane::detail
