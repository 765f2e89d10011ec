// RunCore: a run that this process holds.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/plane.hpp>
#include <kplane/rl/run.hpp>
#include <kplane/stop.hpp>

#include "rl/run/heartbeat.hpp"
#include "rl/run/run_store.hpp"

namespace kplane::rl {

/// What Run promises; close() is as there. Thread-safe, but for close().
class RunCore {
 public:
  /// Records a run of a new ID. @param options checked
  RunCore(const Client& client, const RunOptions& options);
  /// @param held the run's Lease, which this process has just made, or taken over
  RunCore(const Client& client, RunOptions options, RunLease held);

  [[nodiscard]] const std::string& id() const noexcept { return lease_.run; }
  [[nodiscard]] const RunStore& store() const noexcept { return store_; }
  [[nodiscard]] StopToken lost() const noexcept { return lost_.token(); }
  /// A forked child has a copy of the run, which belongs to the parent.
  [[nodiscard]] bool is_copy() const noexcept;

  [[nodiscard]] Plane plane(std::string_view cluster, const PlaneOptions& options);
  void own(const std::vector<Plane>& planes);
  Fleet create_fleet(std::string_view name, const FleetSpec& spec);
  [[nodiscard]] EphemeralFleet ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                               const EphemeralOptions& options);
  void close();
  /// As a destructor does, which has nobody to tell of errors.
  void close_quietly() noexcept;

 private:
  [[nodiscard]] FleetSpec labelled(FleetSpec spec) const;
  void check_is_held() const;
  [[nodiscard]] RunLease mark() const;
  [[nodiscard]] std::string cleared_away();

  Client client_;
  RunOptions options_;
  RunStore store_;
  RunLease lease_;
  pid_t process_;
  StopSource lost_;
  std::optional<Heartbeat> heartbeat_;  ///< none: close() has failed, and no other call is in progress
  bool is_closed_ = false;
};

/// @throws ConfigError
[[nodiscard]] RunOptions checked(RunOptions options);

/// @param what begins the message of the ConfigError that it throws
void check_run_name(std::string_view name, std::size_t longest, const std::string& what);

}  // namespace kplane::rl
