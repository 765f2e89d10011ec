// Whether a process lives is decided by what is seen here and now: its Lease changes. What anybody's clock wrote into
// it does not count.
#include "rl/shard/rank_lease.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/rl/sweep.hpp>

#include "rl/run/clean_up.hpp"
#include "rl/run/heartbeat.hpp"
#include "rl/shard/process_identity.hpp"

namespace kplane::rl::detail {

namespace {

using std::chrono::milliseconds;

enum class Life { seen, gone, none };

std::string note_of(const RunLease& lease, const char* key) {
  const auto found = lease.notes.find(key);
  return found == lease.notes.end() ? std::string() : found->second;
}

std::string rank_of(const RankClaim& claim) {
  return "rank " + std::to_string(claim.shard.rank()) + " of run " + claim.run;
}

void check_time(const RankClaim& claim, const std::string& what) {
  if (claim.stop.stop_requested()) throw StoppedError(rank_of(claim) + " was stopped before it had joined");
  if (time_left(claim).count() > 0) return;
  throw TimeoutError(rank_of(claim) + ": the time was up " + what);
}

/// Looks at a Lease for as long as it lasts. `none`: it did not change, so its holder is dead.
Life look_for_life(const RunStore& store, const RunLease& seen, const RankClaim& claim) {
  const milliseconds lasts = seen.duration;
  if (time_left(claim) < lasts) {
    throw TimeoutError(
        rank_of(claim) + ": the Lease of " + seen.run + " is held by " + seen.holder + " and lasts for " +
        std::to_string(seen.duration.count()) +
        " s: whether that process lives cannot be known within the timeout. Try again with a longer one");
  }
  Life life = Life::none;
  store.watch_lease(
      seen.run,
      [&](const std::optional<RunLease>& now) {
        if (!now || now->uid != seen.uid) {
          life = Life::gone;
        } else if (now->version != seen.version) {
          life = Life::seen;
        }
        return life != Life::none;
      },
      lasts, claim.stop);
  return life;
}

[[noreturn]] void fail_as_taken(const RunLease& lease, const RankClaim& claim) {
  throw Error(rank_of(claim) + " is held by a living process, " + lease.holder +
              ": another launch has this run ID; give each launch an ID of its own, such as run_id_from_env()");
}

RunLease wanted_lease(const std::string& record, const RankClaim& claim) {
  RunLease lease;
  lease.run = record;
  lease.holder = new_holder();
  lease.duration = claim.duration;
  lease.notes[process_note] = process_identity();
  return lease;
}

std::optional<RunLease> try_to_create(const RunStore& store, const RunLease& wanted) {
  try {
    return store.create_lease(wanted);
  } catch (const AlreadyExists&) {
    return std::nullopt;
  }
}

std::optional<RunLease> try_to_take_over(const RunStore& store, const RunLease& found, const RunLease& wanted) {
  RunLease taken = found;
  taken.holder = wanted.holder;
  taken.duration = wanted.duration;
  for (const auto& [key, value] : wanted.notes) taken.notes[key] = value;
  return store.overwrite(found, std::move(taken));
}

/// Of the other ranks: those that have joined the run of this very Lease.
std::vector<RunLease> joined_ranks(const RunStore& store, const RunLease& run) {
  std::vector<RunLease> joined;
  for (RunLease& lease : store.leases()) {
    if (note_of(lease, joined_note) == run.uid) joined.push_back(std::move(lease));
  }
  return joined;
}

/// Whether one of them has given a sign of life since.
bool is_any_alive(const RunStore& store, const RunLease& run, const std::vector<RunLease>& before) {
  std::map<std::string, std::string> versions;
  for (const RunLease& lease : before) versions[lease.run] = lease.version;
  const std::vector<RunLease> now = joined_ranks(store, run);
  return std::any_of(now.begin(), now.end(),
                     [&](const RunLease& lease) { return versions[lease.run] != lease.version; });
}

bool are_gone(const std::vector<RunLease>& leases) {
  return std::all_of(leases.begin(), leases.end(),
                     [](const RunLease& lease) { return is_gone(note_of(lease, process_note)); });
}

/// What a dead run has left that is not this launch's.
void clear_away(const RunStore& store, const RunLease& dead, const std::string& holder, const StopToken& stop) {
  constexpr std::chrono::seconds own_duration{30};
  const std::optional<RunLease> taken = store.take(dead, holder, own_duration);
  if (!taken) return;  // somebody else is at it; look again
  SweptRun report;
  {
    const Heartbeat heartbeat(store, *taken);
    report = clean_up(store, *taken, stop);
  }
  if (!report.error.empty()) {
    throw Error("what an earlier run " + dead.run + " has left could not be cleared away: " + report.error, true);
  }
  store.remove_lease(dead.run, taken->holder);
}

/// What becomes of the Lease of a run that this process has found.
class FoundRun {
 public:
  FoundRun(const RunStore& store, const RankClaim& claim, RunLease found, const RunLease& wanted)
      : store_(store), claim_(claim), found_(std::move(found)), wanted_(wanted), ranks_(joined_ranks(store, found_)) {}

  /// @return nullopt: look again, it has changed
  [[nodiscard]] std::optional<HeldRun> settle() {
    if (!is_known_dead() && !is_seen_dead()) return std::nullopt;
    if (!is_same_launch()) {
      clear_away(store_, found_, wanted_.holder, claim_.stop);
      return std::nullopt;
    }
    std::optional<RunLease> taken = try_to_take_over(store_, found_, wanted_);
    if (!taken) return std::nullopt;
    return HeldRun{*std::move(taken), true};
  }

 private:
  [[nodiscard]] bool has_same_launch() const {
    return !claim_.launch.empty() && note_of(found_, launch_note) == claim_.launch;
  }

  /// Without having to wait. Where other ranks may live, that must be known too.
  [[nodiscard]] bool is_known_dead() const {
    return is_gone(note_of(found_, process_note)) && (has_same_launch() || are_gone(ranks_));
  }

  bool is_seen_dead() {
    const Life life = look_for_life(store_, found_, claim_);
    if (life == Life::seen && !is_swept()) fail_as_taken(found_, claim_);
    is_any_rank_alive_ = life == Life::none && is_any_alive(store_, found_, ranks_);
    return life == Life::none;
  }

  /// By now: whoever sweeps it, or closes it, is about to remove it.
  [[nodiscard]] bool is_swept() const {
    const std::optional<RunLease> now = store_.find_lease(found_.run);
    return !now || now->is_swept;
  }

  [[nodiscard]] bool is_same_launch() const { return !found_.is_swept && (has_same_launch() || is_any_rank_alive_); }

  const RunStore& store_;
  const RankClaim& claim_;
  RunLease found_;
  const RunLease& wanted_;
  std::vector<RunLease> ranks_;
  bool is_any_rank_alive_ = false;
};

/// What a rank has seen of its run while it waits.
class RunSighting {
 public:
  explicit RunSighting(const RankClaim& claim) : claim_(claim) {}

  /// @return whether the run is there: it lives, and its Fleet is ready
  bool look(const std::optional<RunLease>& now) {
    // One that was not there before is new; one that was may be a dead process's until it changes.
    if (!now || now->uid != first_.uid || now->version != first_.version) is_alive_ = is_looking_;
    if (!is_looking_ && now) first_ = *now;
    if (now && is_same_launch(*now)) is_alive_ = true;  // its rank 0 may be gone, and be restarted
    is_looking_ = true;
    last_ = now;
    if (!now || now->is_swept || !is_alive_) return false;
    check_is_ours(*now);
    return !note_of(*now, fleet_note).empty();
  }

  [[nodiscard]] const RunLease& lease() const { return *last_; }

  [[nodiscard]] std::string missing() const {
    if (!last_) return "before rank 0 had made the run";
    if (!is_alive_) return "before rank 0 gave a sign of life; the run is recorded, last held by " + last_->holder;
    return "before the Fleet of rank 0, " + last_->holder + ", was ready";
  }

 private:
  [[nodiscard]] bool is_same_launch(const RunLease& now) const {
    return !claim_.launch.empty() && note_of(now, launch_note) == claim_.launch;
  }

  void check_is_ours(const RunLease& now) const {
    const std::string launch = note_of(now, launch_note);
    const bool is_other = !claim_.launch.empty() && !launch.empty() && launch != claim_.launch;
    if (is_other) fail_as_other(now, "of another launch");
    const std::string ranks = note_of(now, ranks_note);
    if (ranks != std::to_string(claim_.shard.size())) {
      fail_as_other(now, "of " + ranks + " ranks, not " + std::to_string(claim_.shard.size()));
    }
  }

  [[noreturn]] void fail_as_other(const RunLease& now, const std::string& why) const {
    throw Error(rank_of(claim_) + ": the run is " + why + ", held by " + now.holder +
                "; give each launch an ID of its own, such as run_id_from_env()");
  }

  const RankClaim& claim_;
  bool is_looking_ = false;
  bool is_alive_ = false;
  RunLease first_{};
  std::optional<RunLease> last_{};
};

}  // namespace

std::string rank_record(const std::string& run, std::size_t rank) { return run + "-rank-" + std::to_string(rank); }

milliseconds time_left(const RankClaim& claim) {
  const auto left = claim.deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds(0));
}

HeldRun hold_run(const RunStore& store, const RankClaim& claim) {
  RunLease wanted = wanted_lease(claim.run, claim);
  wanted.notes[ranks_note] = std::to_string(claim.shard.size());
  if (!claim.launch.empty()) wanted.notes[launch_note] = claim.launch;
  for (;;) {
    if (std::optional<RunLease> made = try_to_create(store, wanted)) return {*std::move(made), false};
    check_time(claim, "while what an earlier run of this ID has left was cleared away");
    std::optional<RunLease> found = store.find_lease(claim.run);
    if (!found) continue;
    if (std::optional<HeldRun> held = FoundRun(store, claim, *std::move(found), wanted).settle()) return *held;
  }
}

RunLease wait_for_run(const RunStore& store, const RankClaim& claim) {
  RunSighting sighting(claim);
  const bool is_there = store.watch_lease(
      claim.run, [&](const std::optional<RunLease>& now) { return sighting.look(now); }, time_left(claim), claim.stop);
  if (is_there) return sighting.lease();
  throw TimeoutError(rank_of(claim) + ": the time was up " + sighting.missing());
}

RunLease hold_rank(const RunStore& store, const RankClaim& claim, const RunLease& joined) {
  RunLease wanted = wanted_lease(rank_record(claim.run, claim.shard.rank()), claim);
  wanted.notes[joined_note] = joined.uid;
  for (;;) {
    if (std::optional<RunLease> made = try_to_create(store, wanted)) return *std::move(made);
    check_time(claim, "while its predecessor was waited for");
    const std::optional<RunLease> found = store.find_lease(wanted.run);
    if (!found) continue;
    const Life life = is_gone(note_of(*found, process_note)) ? Life::none : look_for_life(store, *found, claim);
    if (life == Life::seen) fail_as_taken(*found, claim);
    if (life == Life::gone) continue;
    if (std::optional<RunLease> taken = try_to_take_over(store, *found, wanted)) return *std::move(taken);
  }
}

}  // namespace kplane::rl::detail
