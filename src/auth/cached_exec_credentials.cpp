#include "auth/cached_exec_credentials.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <kplane/error.hpp>

#include "auth/exec_credential.hpp"
#include "base/clock.hpp"

namespace kplane::auth {

namespace {

using Steady = std::chrono::steady_clock;
using SystemTime = std::chrono::system_clock::time_point;

/// Limits how often a plugin runs because a server rejected its credentials: a burst of ten, then once a second. A
/// server or plane that rejects everything must not make it run for every request.
class RenewalBudget {
 public:
  bool take(Steady::time_point now) {
    const auto earned = std::chrono::floor<std::chrono::seconds>(now - since_);
    left_ = std::min<std::chrono::seconds::rep>(most, left_ + earned.count());
    since_ += earned;
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  static constexpr std::chrono::seconds::rep most = 10;

  std::chrono::seconds::rep left_ = most;
  Steady::time_point since_ = Steady::now();
};

/// A deadline that was too short for the plugin: callers with about as little time get the same error, others may run
/// the plugin.
struct OutOfTime {
  std::shared_ptr<const Error> error;
  Steady::duration tried{};
  Steady::time_point until;

  [[nodiscard]] bool holds_for(const http::WaitLimits& limits, Steady::time_point now) const {
    constexpr std::chrono::milliseconds tolerance{50};
    return error && now < until && limits.deadline != detail::TimePoint::max() &&
           limits.deadline - now <= tried + tolerance;
  }
};

/// Caches the plugin's output, and lets one thread at a time run it. A plugin that fails, or returns rejected or
/// expired credentials, is not run again for a short time: a batch of a thousand planes must not run it a thousand
/// times.
class CachedExecCredentials final : public http::Credentials {
 public:
  CachedExecCredentials(ExecPlugin plugin, std::shared_ptr<http::Credentials> base, WallClock clock)
      : plugin_(std::move(plugin)), base_(std::move(base)), clock_(std::move(clock)) {}

  http::AuthInfoPtr current(const http::WaitLimits& limits) override {
    for (;;) {
      const Decision decision = decide(limits);
      if (decision.identity) return decision.identity;
      if (decision.runs_plugin) return run(limits, decision.is_early);
      if (http::AuthInfoPtr found = wait_for_run(decision.completed_runs, limits)) return found;
    }
  }

  bool renew(const http::AuthInfoPtr& used) override {
    const std::lock_guard lock(mutex_);
    if (identity_ != used) return true;
    const Steady::time_point now = Steady::now();
    if (now < refused_until_ || !renewals_.take(now)) return false;
    refused_ = std::exchange(identity_, nullptr);
    return true;
  }

 private:
  /// What a caller does: use the cached identity, run the plugin, or wait for the run of another thread.
  struct Decision {
    http::AuthInfoPtr identity;
    bool runs_plugin = false;
    bool is_early = false;           ///< the cached identity has not expired yet
    std::size_t completed_runs = 0;  ///< when the decision was made
  };

  class Waker final : public detail::StopListener {
   public:
    explicit Waker(CachedExecCredentials& owner) : owner_(owner) {}
    void on_stop() noexcept override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.done_.notify_all();
    }

   private:
    CachedExecCredentials& owner_;
  };

  /// Ends a run that decide() has counted, whatever its result.
  class Run {
   public:
    explicit Run(CachedExecCredentials& owner) : owner_(owner) {}
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    Run(Run&&) = delete;
    Run& operator=(Run&&) = delete;
    ~Run() {
      const std::lock_guard lock(owner_.mutex_);
      if (owner_.runs_ > 0 && --owner_.runs_ == 0) owner_.done_.notify_all();
    }

   private:
    CachedExecCredentials& owner_;
  };

  Decision decide(const http::WaitLimits& limits) {
    const std::lock_guard lock(mutex_);
    forget_run_of_parent_process();
    const bool is_good = is_unexpired();
    const Steady::time_point now = Steady::now();
    if (is_good && (runs_ > 0 || now < serves_until_ || !renew_at_ || clock_() < *renew_at_)) return {identity_};
    if (limits.stops.stop_requested()) throw_stopped();
    if (!is_good && error_ && now < error_until_) error_->raise();
    if (!is_good && out_of_time_.holds_for(limits, now)) out_of_time_.error->raise();
    // The thread that runs the plugin can re-enter from its idle work, and must not wait for itself.
    const bool is_mine = runs_ == 0 || runner_ == std::this_thread::get_id();
    if (is_mine) {
      ++runs_;
      runner_ = std::this_thread::get_id();
    }
    return {nullptr, is_mine, is_good, completed_runs_};
  }

  [[noreturn]] void throw_stopped() const { throw StoppedError(name_of(plugin_) + ": a stop was requested"); }

  /// After a fork the thread that ran the plugin does not exist in the child.
  void forget_run_of_parent_process() {
    const pid_t current = ::getpid();
    if (std::exchange(process_, current) != current) runs_ = 0;
  }

  [[nodiscard]] bool is_unexpired() const {
    return identity_ && (!expires_at_ || clock_() < *expires_at_ || Steady::now() < serves_until_);
  }

  http::AuthInfoPtr run(const http::WaitLimits& limits, bool is_early) {
    const Run running(*this);
    const Steady::time_point begun = Steady::now();
    try {
      return store(run_plugin(plugin_, is_early ? half_of(limits) : limits), limits, begun);
    } catch (const CredentialError& error) {
      if (http::AuthInfoPtr good = note_failure(error.share(), pause_after(begun))) return good;
      throw;
    } catch (const TimeoutError& error) {
      if (http::AuthInfoPtr good = note_timeout(error.share(), begun)) return good;
      throw;
    }
  }

  /// An early renewal must leave the caller enough time to send its request with the cached identity.
  static http::WaitLimits half_of(http::WaitLimits limits) {
    if (limits.deadline == detail::TimePoint::max()) return limits;
    const Steady::time_point now = Steady::now();
    limits.deadline = now + (limits.deadline - now) / 2;
    return limits;
  }

  static Steady::duration pause_after(Steady::time_point begun) {
    return std::clamp<Steady::duration>(Steady::now() - begun, std::chrono::seconds{1}, longest_pause);
  }

  http::AuthInfoPtr store(const ExecCredential& output, const http::WaitLimits& limits, Steady::time_point begun) {
    http::AuthInfo identity = base_ ? *base_->current(limits) : http::AuthInfo();
    if (!output.token.empty()) identity.headers.emplace_back("Authorization", "Bearer " + output.token);
    identity.certificate_pem = output.certificate_pem;
    identity.key_pem = output.key_pem;
    auto made = std::make_shared<const http::AuthInfo>(std::move(identity));
    const std::lock_guard lock(mutex_);
    identity_ = std::move(made);
    if (refused_ && *refused_ == *identity_) {
      identity_ = refused_;  // the same pointer, so that renew() recognises it
      refused_until_ = Steady::now() + pause_after(begun);
    }
    refused_ = nullptr;
    expires_at_ = output.expires_at;
    const bool has_expired = output.expires_at && *output.expires_at <= clock_();
    serves_until_ = has_expired ? Steady::now() + pause_after(begun) : Steady::time_point();
    renew_at_ = output.expires_at ? std::optional(renewal_time(clock_(), *output.expires_at)) : std::nullopt;
    error_ = nullptr;
    out_of_time_ = {};
    ++completed_runs_;
    return identity_;
  }

  /// Early enough for a request that starts now to arrive before the expiry.
  static SystemTime renewal_time(SystemTime now, SystemTime expires_at) {
    constexpr SystemTime::duration longest_lead = std::chrono::seconds{30};
    if (expires_at <= now) return expires_at;
    return expires_at - std::min<SystemTime::duration>(longest_lead, (expires_at - now) / 10);
  }

  /// @return the cached identity, if it has not expired, to be renewed a little later; otherwise nullptr
  http::AuthInfoPtr note_failure(std::shared_ptr<const Error> error, Steady::duration pause) {
    const std::lock_guard lock(mutex_);
    if (http::AuthInfoPtr good = keep_unexpired()) return good;
    error_ = std::move(error);
    error_until_ = Steady::now() + pause;
    ++completed_runs_;
    return nullptr;
  }

  /// The caller's deadline passed, which says nothing about the plugin: other callers may have more time.
  /// @return as note_failure()
  http::AuthInfoPtr note_timeout(std::shared_ptr<const Error> error, Steady::time_point begun) {
    const std::lock_guard lock(mutex_);
    if (http::AuthInfoPtr good = keep_unexpired()) return good;
    const Steady::time_point now = Steady::now();
    out_of_time_ = {std::move(error), now - begun, now + pause_after(begun)};
    return nullptr;
  }

  http::AuthInfoPtr keep_unexpired() {
    constexpr SystemTime::duration next_try = std::chrono::seconds{5};
    if (!is_unexpired() || !expires_at_) return nullptr;
    renew_at_ = std::min(*expires_at_, clock_() + next_try);
    return identity_;
  }

  /// @return what the run of the other thread returned; nullptr when it ended without a result
  /// @throws the error of that run; StoppedError, TimeoutError
  http::AuthInfoPtr wait_for_run(std::size_t completed_runs, const http::WaitLimits& limits) {
    Waker waker(*this);
    const detail::StopListening listening(limits.stops, waker);
    std::unique_lock lock(mutex_);  // must be locked first: a stop holds its own lock while it waits for this one
    const auto is_over = [&] {
      return completed_runs_ != completed_runs || runs_ == 0 || limits.stops.stop_requested();
    };
    if (limits.idle_work != nullptr) {
      work_until(is_over, lock, limits);
    } else if (limits.deadline == detail::TimePoint::max()) {
      done_.wait(lock, is_over);
    } else {
      done_.wait_until(lock, limits.deadline, is_over);
    }
    if (limits.stops.stop_requested()) throw_stopped();
    if (!is_over()) throw TimeoutError(name_of(plugin_) + " was still running when the request's deadline passed");
    if (completed_runs_ == completed_runs) return nullptr;
    if (error_) error_->raise();
    return identity_;
  }

  template <class Condition>
  static void work_until(const Condition& is_over, std::unique_lock<std::mutex>& lock, const http::WaitLimits& limits) {
    constexpr detail::Milliseconds between_looks{10};
    while (!is_over() && Steady::now() < limits.deadline) {
      lock.unlock();
      limits.idle_work->work(std::min(between_looks, detail::until(limits.deadline, Steady::now())));
      lock.lock();
    }
  }

  static constexpr Steady::duration longest_pause = std::chrono::seconds{10};

  const ExecPlugin plugin_;
  const std::shared_ptr<http::Credentials> base_;
  const WallClock clock_;
  std::mutex mutex_;
  std::condition_variable done_;
  pid_t process_ = ::getpid();
  std::size_t runs_ = 0;            // all by one thread, which can re-enter from its idle work
  std::thread::id runner_;          // that thread, or the last one
  std::size_t completed_runs_ = 0;  // those that ended with a result
  http::AuthInfoPtr identity_;      // nullptr: none, or it was rejected
  std::optional<SystemTime> expires_at_;
  std::optional<SystemTime> renew_at_;
  std::shared_ptr<const Error> error_;  // of the last run
  Steady::time_point error_until_;      // until then callers get the same error
  OutOfTime out_of_time_;
  Steady::time_point serves_until_;  // even if it has expired
  http::AuthInfoPtr refused_;
  Steady::time_point refused_until_;  // until then the plugin is assumed to return the same again
  RenewalBudget renewals_;
};

}  // namespace

std::shared_ptr<http::Credentials> make_exec_credentials(ExecPlugin plugin, std::shared_ptr<http::Credentials> base,
                                                         WallClock clock) {
  return std::make_shared<CachedExecCredentials>(std::move(plugin), std::move(base), std::move(clock));
}

}  // namespace kplane::auth
