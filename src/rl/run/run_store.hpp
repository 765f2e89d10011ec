// RunStore: how runs are recorded in the root plane.
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
inline constexpr std::string_view rank_label = "kplane.dev/rank-of";  // of what the ranks of a run write to each other
inline constexpr std::string_view namespace_label = "kplane.dev/run-namespace";  // of Fleets, which have none

/// A run's Lease as last read.
struct RunLease {
  std::string run;
  std::string version;
  std::string holder;
  std::chrono::seconds duration{0};
  bool is_swept = false;                     ///< whoever holds it clears the run away
  std::string uid;                           ///< of the object
  std::map<std::string, std::string> notes;  ///< annotations of this library: those that begin with `kplane.dev/`
};

using PlaneIds = std::set<std::string>;

/// Thread-safe.
class RunStore {
 public:
  /// @param client one that works on after a stop
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
  RunLease create_lease(RunLease lease) const;
  /// A sign of life, repeated when its answer was lost. @throws Conflict when somebody else wrote to it, or the
  /// repetition met what the first try wrote; NotFound; TimeoutError
  void renew(RunLease& lease, std::chrono::milliseconds timeout) const;
  /// Marks the run as being cleared away. @return nullopt when the Lease has changed or gone
  [[nodiscard]] std::optional<RunLease> take(const RunLease& lease, const std::string& holder,
                                             std::chrono::seconds duration) const;
  /// Writes a Lease anew: its holder, its duration, its notes. @return nullopt when it has changed since it was read,
  /// or gone
  [[nodiscard]] std::optional<RunLease> overwrite(const RunLease& lease, RunLease taken) const;
  /// Sets a note of a Lease that `holder` has. @throws Error when it is somebody else's by now
  void note(const std::string& run, const std::string& holder, const std::string& key, const std::string& value) const;
  void remove_lease(const std::string& run) const;

  /// The planes of all runs.
  [[nodiscard]] std::map<std::string, PlaneIds> ledgers() const;
  /// Those of one run; empty where nothing is recorded.
  [[nodiscard]] PlaneIds ledger(const std::string& run) const;
  /// Makes one where there is none.
  void ensure_ledger(const std::string& run) const;
  void add_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_planes(const std::string& run, const PlaneIds& planes) const;
  void remove_ledger(const std::string& run) const;
  /// What the ranks of a run have written to each other.
  void remove_mailboxes(const std::string& run) const;

  /// Fleets have no namespace: these are everybody's.
  [[nodiscard]] std::vector<Fleet> fleets() const;
  /// Whose Fleet it is; empty: no run's of this namespace.
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

/// A name for this process and one of its runs or sweeps.
[[nodiscard]] std::string new_holder();
[[nodiscard]] std::string random_letters(int count);

}  // namespace kplane::rl
