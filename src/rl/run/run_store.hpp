// The records of runs in the root plane: Leases, ConfigMaps whose keys are plane IDs ("ledgers"), and labels.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/object.hpp>
#include <kplane/resource.hpp>

namespace kplane::rl {

inline constexpr std::string_view run_label = "kplane.dev/run";
inline constexpr std::string_view namespace_label = "kplane.dev/run-namespace";  // for Fleets, which are cluster-scoped

/// A run's Lease as last read.
struct RunLease {
  std::string run;
  std::string version;
  std::string holder;
  std::chrono::seconds duration{0};
  bool is_swept = false;  ///< its holder is cleaning up the run
};

using PlaneIds = std::set<std::string>;

/// Thread-safe.
class RunStore {
 public:
  /// @param client without a stop
  RunStore(Client client, std::string_view ns);

  [[nodiscard]] const Client& client() const noexcept { return client_; }
  [[nodiscard]] const std::string& ns() const noexcept { return ns_; }

  [[nodiscard]] std::vector<RunLease> leases() const;
  /// @param timeout none: ClientOptions::request_timeout
  [[nodiscard]] std::optional<RunLease> find_lease(const std::string& run,
                                                   std::optional<std::chrono::milliseconds> timeout = {}) const;
  /// @throws AlreadyExists
  RunLease create_lease(RunLease lease) const;
  /// Renews the Lease; retried after a lost answer. @throws Conflict when another process wrote to it, or the retry met
  /// the first attempt's own write; NotFound; TimeoutError
  void renew(RunLease& lease, std::chrono::milliseconds timeout) const;
  /// Takes the Lease and marks the run as being cleaned up. @return nullopt when the Lease has changed or is gone
  [[nodiscard]] std::optional<RunLease> take(const RunLease& lease, const std::string& holder,
                                             std::chrono::seconds duration) const;
  void remove_lease(const std::string& run) const;

  /// The planes of all runs.
  [[nodiscard]] std::map<std::string, PlaneIds> ledgers() const;
  /// The planes of one run; empty if nothing is recorded.
  [[nodiscard]] PlaneIds ledger(const std::string& run) const;
  void create_ledger(const std::string& run) const;
  void add_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_ledger(const std::string& run) const;

  /// All Fleets: they are cluster-scoped, so these include everybody's.
  [[nodiscard]] std::vector<Fleet> fleets() const;
  /// The run that owns the Fleet; empty: none of this namespace.
  [[nodiscard]] std::string run_of(const Fleet& fleet) const;

 private:
  void change_planes(const std::string& run, const PlaneIds& planes, bool add) const;

  Client client_;
  std::string ns_;
  Resource leases_;
  Resource ledgers_;
};

/// The planes of a Fleet, as far as they can be known.
[[nodiscard]] PlaneIds plane_ids(const Fleet& fleet);

/// A unique holder identity for a run or sweep of this process.
[[nodiscard]] std::string new_holder();
[[nodiscard]] std::string random_letters(int count);

}  // namespace kplane::rl
