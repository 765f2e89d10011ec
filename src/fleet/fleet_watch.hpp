// Returns the versions of a Fleet one after the other.
#pragma once

#include <memory>
#include <string>

#include <kplane/fleet_types.hpp>
#include <kplane/watch.hpp>

#include "fleet/fleet_updates.hpp"

namespace kplane::detail {

/// Not thread-safe.
class FleetWatch {
 public:
  /// @param last the record last read, updated at each change
  FleetWatch(std::shared_ptr<ClientCore> core, std::shared_ptr<const FleetRecord>& last,
             const FleetWatchOptions& options);

  /// Waits for the first read, then for each change. @return false at the end
  /// @throws NotFound when the Fleet is gone; ApiError, DecodeError, TlsError
  [[nodiscard]] bool next();
  [[nodiscard]] WatchEnd end() const noexcept { return end_; }

 private:
  [[nodiscard]] bool is_over();
  [[nodiscard]] bool look();
  [[nodiscard]] bool renew(FleetRecord record);

  const std::shared_ptr<ClientCore> core_;
  std::shared_ptr<const FleetRecord>& last_;
  const FleetWatchOptions options_;
  const TimePoint deadline_;
  FleetUpdates news_;
  std::string reported_;  // the version that was returned last
  WatchEnd end_ = WatchEnd::timeout;
};

}  // namespace kplane::detail
