// Rank 0 holds the run's Lease and makes its Fleet; the others hold Leases of their own and look at rank 0's.
#include <kplane/rl/join_fleet.hpp>

#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "rl/run/heartbeat.hpp"
#include "rl/run/run_core.hpp"
#include "rl/shard/launcher_environment.hpp"
#include "rl/shard/mailboxes.hpp"
#include "rl/shard/rank_lease.hpp"
#include "rl/shard/run_watch.hpp"
#include "rl/shard/stop_relay.hpp"

namespace kplane::rl {

namespace {

using detail::Mailboxes;
using detail::RankClaim;
using std::chrono::milliseconds;

constexpr std::size_t longest_run_id = 50;
constexpr int fleet_name_ending = 6;  // so that a plane's ID has at most 63 characters

RankClaim checked_claim(std::string_view run_id, const JoinOptions& options) {
  check_run_name(run_id, longest_run_id, "the run ID");
  if (run_id.back() == '-') throw ConfigError("the run ID must end with a letter or digit");
  if (options.timeout.count() < 0) throw ConfigError("JoinOptions::timeout must be 0 ms or more");
  if (options.lease_duration.count() < 1) throw ConfigError("JoinOptions::lease_duration must be 1 s or more");
  RankClaim claim;
  claim.run = run_id;
  claim.shard = options.shard ? *options.shard : Shard::from_env();
  claim.launch = options.launch.empty() ? detail::launch_id() : options.launch;
  claim.duration = options.lease_duration;
  claim.deadline = std::chrono::steady_clock::now() + options.timeout;
  claim.stop = options.stop;
  return claim;
}

std::string reference_to(const Fleet& fleet) { return fleet.name() + '/' + std::string(fleet.object().uid()); }

/// @throws Error when it is another one by now
Fleet find_fleet(const Client& client, const std::string& run, const RunLease& lease) {
  const auto note = lease.notes.find(detail::fleet_note);
  const std::string reference = note == lease.notes.end() ? std::string() : note->second;
  Fleet fleet = client.get_fleet(reference.substr(0, reference.find('/')));
  if (reference_to(fleet) == reference) return fleet;
  throw FleetReplaced("the Fleet of run " + run + " was removed, and another one has its name, " + fleet.name());
}

RunOptions run_options(const RankClaim& claim, const JoinOptions& options) {
  RunOptions run;
  run.ns = options.ns;
  run.lease_duration = claim.duration;
  return run;
}

/// Rank 0's part: the run, which owns the Fleet.
class RootMember {
 public:
  RootMember(const Client& client, const RankClaim& claim, const FleetSpec& spec, const JoinOptions& options)
      : RootMember(client, claim, spec, options, hold_run(RunStore(client, options.ns), claim)) {}

  [[nodiscard]] RunCore& core() noexcept { return core_; }
  [[nodiscard]] const Fleet& fleet() const noexcept { return fleet_; }

 private:
  RootMember(const Client& client, const RankClaim& claim, const FleetSpec& spec, const JoinOptions& options,
             const detail::HeldRun& held)
      : core_(client, run_options(claim, options), held.lease), fleet_(make_fleet(client, claim, spec, held)) {
    try {
      Mailboxes(client, options.ns, claim.run, claim.shard).open();
      WaitOptions wait;
      wait.timeout = detail::time_left(claim);
      wait.stop = claim.stop;
      fleet_.wait_until_ready(wait);
      core_.store().note(claim.run, held.lease.holder, detail::fleet_note, reference_to(fleet_));
    } catch (...) {
      if (!held.is_taken_over) core_.close_quietly();  // nobody has joined
      throw;
    }
  }

  Fleet make_fleet(const Client& client, const RankClaim& claim, const FleetSpec& spec, const detail::HeldRun& held) {
    if (held.lease.notes.count(detail::fleet_note) > 0) return find_fleet(client, claim.run, held.lease);
    try {
      return core_.create_fleet(claim.run + '-' + random_letters(fleet_name_ending), spec);
    } catch (...) {
      if (!held.is_taken_over) core_.close_quietly();
      throw;
    }
  }

  RunCore core_;
  Fleet fleet_;
};

/// The part of any other rank.
class OtherMember {
 public:
  OtherMember(const Client& client, const RankClaim& claim, const JoinOptions& options)
      : OtherMember(client, claim, options, wait_for_run(RunStore(client, options.ns), claim)) {}

  [[nodiscard]] const Fleet& fleet() const noexcept { return fleet_; }
  [[nodiscard]] StopToken lost() const noexcept { return lost_.token(); }
  [[nodiscard]] detail::RunWatch& watch() noexcept { return watch_; }

  void close(const std::string& run, const Shard& shard) {
    watch_.stop();
    heartbeat_.stop();
    Mailboxes(store_.client(), store_.ns(), run, shard).close();
    store_.remove_lease(own_.run, own_.holder);
  }

 private:
  OtherMember(const Client& client, const RankClaim& claim, const JoinOptions& options, const RunLease& run)
      : store_(client.without_stop(), options.ns),
        fleet_(find_fleet(client, claim.run, run)),
        own_(hold_rank(RunStore(client, options.ns), claim, run)),
        heartbeat_(store_, own_, lost_),
        watch_(store_, run, lost_) {}

  RunStore store_;
  Fleet fleet_;
  RunLease own_;
  StopSource lost_;
  Heartbeat heartbeat_;
  detail::RunWatch watch_;
};

std::string missing_ranks(const std::vector<bool>& has_come) {
  constexpr int most_named = 8;
  std::string text;
  int missing = 0;
  for (std::size_t rank = 0; rank < has_come.size(); ++rank) {
    if (has_come[rank]) continue;
    if (++missing <= most_named) text += (text.empty() ? "" : ", ") + std::to_string(rank);
  }
  if (missing > most_named) text += " and " + std::to_string(missing - most_named) + " more";
  return (missing == 1 ? "rank " : "ranks ") + text;
}

}  // namespace

class JoinedFleet::Impl {
 public:
  Impl(const Client& client, const RankClaim& claim, const FleetSpec& spec, const JoinOptions& options)
      : run_(claim.run),
        shard_(claim.shard),
        stop_(claim.stop),
        mailboxes_(client, options.ns, claim.run, claim.shard) {
    if (shard_.rank() == 0) {
      root_ = std::make_unique<RootMember>(client, claim, spec, options);
    } else {
      other_ = std::make_unique<OtherMember>(client, claim, options);
    }
    if (shard_.size() == 1) return;
    if (other_) mailboxes_.open();
    completed_ = mailboxes_.completed();
  }

  [[nodiscard]] const Fleet& fleet() const noexcept { return root_ ? root_->fleet() : other_->fleet(); }
  [[nodiscard]] const Shard& shard() const noexcept { return shard_; }
  [[nodiscard]] StopToken lost() const noexcept { return root_ ? root_->core().lost() : other_->lost(); }
  [[nodiscard]] std::int64_t completed() const noexcept { return completed_; }
  [[nodiscard]] bool is_copy() const noexcept { return process_ != ::getpid(); }

  [[nodiscard]] std::string why_lost() const {
    if (!lost().stop_requested()) return {};
    std::string why = other_ ? other_->watch().why() : std::string();
    if (!why.empty()) return why;
    return "rank " + std::to_string(shard_.rank()) + " of run " + run_ +
           " was taken for dead: it, or its way to the server, stood still for too long";
  }

  /// Of rank 0: `reply` is made of what all gave. @return what rank 0 replied
  std::string exchange(std::string_view text, const std::function<std::string(Vector<std::string>)>& reply,
                       milliseconds timeout) {
    if (timeout.count() < 0) throw ConfigError("the timeout of a collective operation must be 0 ms or more");
    detail::check_text(text);
    check_is_held();
    const std::int64_t operation = completed_ + 1;
    std::string answer = root_ ? collect(operation, text, reply, timeout) : contribute(operation, text, timeout);
    completed_ = operation;
    return answer;
  }

  void close() {
    if (is_copy()) throw std::logic_error("JoinedFleet::close() in a forked process: it is its parent's");
    if (is_closed_) return;
    if (root_) {
      root_->core().close();
    } else {
      other_->close(run_, shard_);
    }
    is_closed_ = true;
  }

 private:
  void check_is_held() const {
    if (is_closed_) throw std::logic_error("a collective operation after JoinedFleet::close()");
    if (lost().stop_requested()) throw Error(why_lost());
    if (stop_.stop_requested()) fail_as_stopped();
  }

  [[noreturn]] void fail_as_stopped() const {
    throw StoppedError("a collective operation of run " + run_ + " was stopped");
  }

  std::string collect(std::int64_t operation, std::string_view text,
                      const std::function<std::string(Vector<std::string>)>& reply, milliseconds timeout) {
    std::vector<std::string> texts(shard_.size());
    std::vector<bool> has_come(shard_.size(), false);
    texts[0] = text;
    has_come[0] = true;
    if (shard_.size() == 1) return reply(std::move(texts));
    const detail::StopRelay stop(lost(), stop_);
    const Mailboxes::Outcome outcome = mailboxes_.collect(operation, texts, has_come, timeout, stop.token());
    if (outcome != Mailboxes::Outcome::done) fail(outcome, operation, timeout, missing_ranks(has_come));
    std::string answer = reply(std::move(texts));
    mailboxes_.write(operation, answer);
    return answer;
  }

  std::string contribute(std::int64_t operation, std::string_view text, milliseconds timeout) {
    std::string answer;
    try {
      mailboxes_.write(operation, text);
    } catch (const NotFound&) {
      fail(Mailboxes::Outcome::ended, operation, timeout, {});
    }
    const detail::StopRelay stop(lost(), stop_);
    const Mailboxes::Outcome outcome = mailboxes_.wait_for_root(operation, answer, timeout, stop.token());
    if (outcome != Mailboxes::Outcome::done) fail(outcome, operation, timeout, "rank 0, or others for which it waits");
    return answer;
  }

  [[noreturn]] void fail(Mailboxes::Outcome outcome, std::int64_t operation, milliseconds timeout,
                         const std::string& missing) {
    if (outcome == Mailboxes::Outcome::ended && other_) other_->watch().note_end();
    if (lost().stop_requested()) throw Error(why_lost());
    if (outcome == Mailboxes::Outcome::stopped) fail_as_stopped();
    throw TimeoutError(missing + " of run " + run_ + " did not come to collective operation " +
                       std::to_string(operation) + " within " + std::to_string(timeout.count()) + " ms");
  }

  std::string run_;
  Shard shard_;
  StopToken stop_;
  Mailboxes mailboxes_;
  std::unique_ptr<RootMember> root_;    ///< of rank 0
  std::unique_ptr<OtherMember> other_;  ///< of the others
  std::atomic<std::int64_t> completed_{0};
  pid_t process_ = ::getpid();
  bool is_closed_ = false;
};

JoinedFleet::JoinedFleet(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
JoinedFleet::JoinedFleet(JoinedFleet&&) noexcept = default;

JoinedFleet& JoinedFleet::operator=(JoinedFleet&& other) noexcept {
  JoinedFleet old = std::move(*this);  // closed at the end of this scope
  impl_ = std::move(other.impl_);
  return *this;
}

JoinedFleet::~JoinedFleet() {
  if (impl_ && impl_->is_copy()) {
    static_cast<void>(impl_.release());  // its threads and connections are the parent's, too
    return;
  }
  try {
    if (impl_) impl_->close();
  } catch (...) {  // a destructor has nobody to tell; a sweep does the rest
    return;
  }
}

const Fleet& JoinedFleet::fleet() const& noexcept { return impl_->fleet(); }
Fleet JoinedFleet::fleet() && { return impl_->fleet(); }
const Shard& JoinedFleet::shard() const noexcept { return impl_->shard(); }
Vector<Plane> JoinedFleet::planes() const { return fleet().planes(); }
Vector<Plane> JoinedFleet::own_planes() const { return shard().of(planes()); }
StopToken JoinedFleet::lost() const noexcept { return impl_->lost(); }
std::string JoinedFleet::why_lost() const { return impl_->why_lost(); }
std::int64_t JoinedFleet::completed() const noexcept { return impl_->completed(); }
void JoinedFleet::close() { impl_->close(); }

void JoinedFleet::barrier(std::chrono::milliseconds timeout) {
  impl_->exchange(
      {}, [](const Vector<std::string>& /*texts*/) { return std::string(); }, timeout);
}

Vector<std::string> JoinedFleet::gather(std::string_view text, std::chrono::milliseconds timeout) {
  Vector<std::string> all;
  impl_->exchange(
      text,
      [&](Vector<std::string> texts) {
        all = std::move(texts);
        return std::string();
      },
      timeout);
  return all;
}

std::string JoinedFleet::broadcast(std::string_view text, std::chrono::milliseconds timeout) {
  const bool is_root = shard().rank() == 0;
  return impl_->exchange(
      is_root ? text : std::string_view(), [&](const Vector<std::string>& texts) { return texts.front(); }, timeout);
}

std::string JoinedFleet::reduce(std::string_view text,
                                const std::function<std::string(const Vector<std::string>& texts)>& make,
                                std::chrono::milliseconds timeout) {
  if (!make) throw ConfigError("JoinedFleet::reduce() needs a function to call");
  return impl_->exchange(
      text,
      [&](const Vector<std::string>& texts) {
        std::string made = make(texts);
        detail::check_text(made);
        return made;
      },
      timeout);
}

JoinedFleet join_fleet(const Client& client, std::string_view run_id, const FleetSpec& spec,
                       const JoinOptions& options) {
  const RankClaim claim = checked_claim(run_id, options);
  return JoinedFleet(std::make_unique<JoinedFleet::Impl>(client, claim, spec, options));
}

JoinedFleet join_fleet(const Client& client, std::string_view run_id, const FleetSpec& spec,
                       std::chrono::milliseconds timeout) {
  JoinOptions options;
  options.timeout = timeout;
  return join_fleet(client, run_id, spec, options);
}

}  // namespace kplane::rl
