// The records of runs in the root plane: Leases, ConfigMaps whose keys are plane IDs ("ledgers"), and labels.
#pragma once

#include <chrono>
#include <functional>
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
inline constexpr std::string_view rank_label = "kplane.dev/rank-of";             // for the mailboxes of a run's ranks
inline constexpr std::string_view namespace_label = "kplane.dev/run-namespace";  // for Fleets, which are cluster-scoped

/// A run's Lease as last read.
struct RunLease {
  std::string run;
  std::string version;
  std::string holder;
  std::chrono::seconds duration{0};
  bool is_swept = false;                     ///< its holder is cleaning up the run
  std::string uid;                           ///< of the object
  std::map<std::string, std::string> notes;  ///< annotations whose keys begin with `kplane.dev/`
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
  /// Calls `test` with the Lease as it is (nullopt: there is none), and after each change, until it returns true or the
  /// time is up. @return whether it did @throws StoppedError
  bool watch_lease(const std::string& run, const std::function<bool(const std::optional<RunLease>&)>& test,
                   std::chrono::milliseconds timeout, const StopToken& stop) const;
  /// @throws AlreadyExists
  RunLease create_lease(const RunLease& lease) const;
  /// Renews the Lease; retried after a lost answer. @throws Conflict when another process wrote to it, or the retry met
  /// the first attempt's own write; NotFound; TimeoutError
  void renew(RunLease& lease, std::chrono::milliseconds timeout) const;
  /// Takes the Lease and marks the run as being cleaned up. @return nullopt when the Lease has changed or is gone
  [[nodiscard]] std::optional<RunLease> take(const RunLease& lease, const std::string& holder,
                                             std::chrono::seconds duration) const;
  /// Writes a Lease anew: its holder, its duration, its notes. @return nullopt when it has changed since it was read,
  /// or gone
  [[nodiscard]] std::optional<RunLease> overwrite(const RunLease& lease, RunLease taken) const;
  /// Sets a note of a Lease that `holder` has. @throws Error when it is somebody else's by now
  void note(const std::string& run, const std::string& holder, const std::string& key, const std::string& value) const;
  /// Removes a Lease that `holder` has. @return false when it is somebody else's by now; true also when there is none
  bool remove_lease(const std::string& run, const std::string& holder) const;

  /// The planes of all runs.
  [[nodiscard]] std::map<std::string, PlaneIds> ledgers() const;
  /// The planes of one run; empty if nothing is recorded.
  [[nodiscard]] PlaneIds ledger(const std::string& run) const;
  /// Makes one where there is none.
  void ensure_ledger(const std::string& run) const;
  void add_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_ledger(const std::string& run) const;
  /// The names of the objects that the ranks of these runs have written to each other, by run.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> mailboxes(const std::set<std::string>& runs) const;
  void remove_mailbox(const std::string& name) const;

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

/// What the objects are called that record a run.
[[nodiscard]] std::string record_name(const std::string& run);

/// The planes of a Fleet, as far as they can be known.
[[nodiscard]] PlaneIds plane_ids(const Fleet& fleet);

/// A unique holder identity for a run or sweep of this process.
[[nodiscard]] std::string new_holder();
[[nodiscard]] std::string random_letters(int count);

}  // namespace kplane::rl
