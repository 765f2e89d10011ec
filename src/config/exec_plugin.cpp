// The environment of a plugin, the judgement of how it ended, and the state that its callers share.
#include "config/exec_plugin.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <kplane/error.hpp>

#include "codec/excerpt.hpp"
#include "config/child_process.hpp"
#include "config/exec_credential.hpp"
#include "http/clock.hpp"

namespace kplane::config {

namespace {

using SystemTime = std::chrono::system_clock::time_point;
using End = ChildResult::End;

constexpr std::size_t most_output = std::size_t{1024} * 1024;
constexpr std::size_t most_errors = std::size_t{4} * 1024;
constexpr std::size_t most_shown_errors = 500;

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

/// This process's environment without what is not the plugin's: this library's own token, and an outer plugin's input.
std::vector<std::string> environment_for(const ExecPlugin& plugin) {
  constexpr std::array<std::string_view, 2> kept_back = {"KPLANE_TOKEN=", "KUBERNETES_EXEC_INFO="};
  std::vector<std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    const auto replaces = [name](std::string_view other) { return starts_with(other, name); };
    if (std::any_of(kept_back.begin(), kept_back.end(), replaces)) continue;
    if (std::any_of(plugin.environment.begin(), plugin.environment.end(), replaces)) continue;
    variables.emplace_back(variable);
  }
  variables.insert(variables.end(), plugin.environment.begin(), plugin.environment.end());
  variables.push_back("KUBERNETES_EXEC_INFO=" + plugin.exec_info);
  return variables;
}

std::string name_of(const ExecPlugin& plugin) {
  return "exec plugin " + codec::excerpt(plugin.arguments.front()) + " (" + plugin.origin + ')';
}

[[noreturn]] void fail(const ExecPlugin& plugin, const std::string& why, const std::string& errors) {
  std::string message = name_of(plugin) + ' ' + why;
  if (!errors.empty()) message += ": " + codec::excerpt(errors, most_shown_errors);
  if (!plugin.install_hint.empty()) message += "; " + codec::excerpt(plugin.install_hint, most_shown_errors);
  throw CredentialError(message);
}

ChildResult start(const ExecPlugin& plugin, const http::Patience& patience) {
  try {
    return run_child({plugin.arguments, environment_for(plugin), most_output, most_errors}, patience);
  } catch (const std::system_error& error) {
    fail(plugin, "could not be started: " + error.code().message(), {});
  }
}

[[noreturn]] void out_of_time(const ExecPlugin& plugin, const http::Patience& asked, const std::string& errors) {
  if (asked.deadline <= std::chrono::steady_clock::now()) {
    throw TimeoutError(name_of(plugin) + " was still running when the request's time was up");
  }
  fail(plugin, "took longer than " + std::to_string(plugin.timeout.count()) + " ms", errors);
}

ExecCredential run_plugin(const ExecPlugin& plugin, const http::Patience& asked) {
  const http::TimePoint own_deadline = http::deadline_after(std::chrono::steady_clock::now(), plugin.timeout);
  const ChildResult result = start(plugin, {std::min(asked.deadline, own_deadline), asked.stops});
  switch (result.end) {
    case End::stopped:
      throw StoppedError(name_of(plugin) + ": a stop was requested");
    case End::out_of_time:
      out_of_time(plugin, asked, result.errors);
    case End::too_much_output:
      fail(plugin, "wrote more than " + std::to_string(most_output) + " bytes", result.errors);
    case End::signaled:
      fail(plugin, "was ended by signal " + std::to_string(result.code), result.errors);
    case End::exited:
      break;
  }
  if (result.code != 0) fail(plugin, "ended with status " + std::to_string(result.code), result.errors);
  return read_exec_credential(result.output, plugin.api_version, name_of(plugin));
}

class ExecCredentials final : public http::Credentials {
 public:
  ExecCredentials(ExecPlugin plugin, std::shared_ptr<http::Credentials> base, WallClock clock)
      : plugin_(std::move(plugin)), base_(std::move(base)), clock_(std::move(clock)) {}

  http::IdentityPtr current(const http::Patience& patience) override {
    bool is_mine = false;
    {
      const std::lock_guard lock(mutex_);
      if (is_fresh()) return identity_;
      is_mine = !std::exchange(is_running_, true);
    }
    return is_mine ? run(patience) : wait_for_other(patience);
  }

  bool renew(const http::IdentityPtr& used) override {
    const std::lock_guard lock(mutex_);
    if (identity_ == used) identity_.reset();
    return true;
  }

 private:
  class Waker final : public detail::StopListener {
   public:
    explicit Waker(ExecCredentials& owner) : owner_(owner) {}
    void on_stop() noexcept override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.done_.notify_all();
    }

   private:
    ExecCredentials& owner_;
  };

  /// So early that a request that begins now arrives in time.
  static SystemTime renewal_time(SystemTime now, SystemTime expires_at) {
    constexpr SystemTime::duration longest_lead = std::chrono::seconds{30};
    if (expires_at <= now) return expires_at;
    return expires_at - std::min<SystemTime::duration>(longest_lead, (expires_at - now) / 10);
  }

  [[nodiscard]] bool is_fresh() const { return identity_ && (!renew_at_ || clock_() < *renew_at_); }

  http::IdentityPtr wait_for_other(const http::Patience& patience) {
    if (!round_ended(patience)) {
      throw TimeoutError(name_of(plugin_) + " was still running when the request's time was up");
    }
    return current(patience);
  }

  /// Waits for the run of another thread. @return false when it is still running
  /// @throws the error of that run, StoppedError
  bool round_ended(const http::Patience& patience) {
    Waker waker(*this);
    const detail::StopListening listening(patience.stops, waker);
    std::unique_lock lock(mutex_);  // goes first: a stop holds its own lock while it waits for this one
    const std::size_t round = rounds_;
    const auto is_over = [&] { return rounds_ != round || !is_running_ || patience.stops.stop_requested(); };
    if (patience.deadline == http::TimePoint::max()) {
      done_.wait(lock, is_over);
    } else {
      done_.wait_until(lock, patience.deadline, is_over);
    }
    if (patience.stops.stop_requested()) throw StoppedError(name_of(plugin_) + ": a stop was requested");
    if (rounds_ != round && error_) error_->raise();
    return rounds_ != round || !is_running_;
  }

  http::IdentityPtr run(const http::Patience& patience) {
    try {
      const ExecCredential said = run_plugin(plugin_, patience);
      return take(said, patience);
    } catch (const CredentialError& error) {
      if (http::IdentityPtr good = end_round(error.share())) return good;
      throw;
    } catch (...) {  // the caller's own time or stop: whoever waits may run it again
      end_round(nullptr);
      throw;
    }
  }

  http::IdentityPtr take(const ExecCredential& said, const http::Patience& patience) {
    http::Identity identity = base_ ? *base_->current(patience) : http::Identity();
    if (!said.token.empty()) identity.headers.emplace_back("Authorization", "Bearer " + said.token);
    if (!said.certificate_pem.empty()) {
      identity.certificate_pem = said.certificate_pem;
      identity.key_pem = said.key_pem;
    }
    auto made = std::make_shared<const http::Identity>(std::move(identity));
    const std::lock_guard lock(mutex_);
    identity_ = made;
    expires_at_ = said.expires_at;
    renew_at_.reset();
    if (said.expires_at) renew_at_ = renewal_time(clock_(), *said.expires_at);
    error_ = nullptr;
    is_running_ = false;
    ++rounds_;
    done_.notify_all();
    return made;
  }

  /// @return what has not expired yet, though it should have been renewed by now
  http::IdentityPtr end_round(std::shared_ptr<const Error> error) {
    const std::lock_guard lock(mutex_);
    const bool is_good = identity_ && expires_at_ && clock_() < *expires_at_;
    if (error) ++rounds_;
    error_ = is_good ? nullptr : std::move(error);
    is_running_ = false;
    done_.notify_all();
    return is_good ? identity_ : nullptr;
  }

  const ExecPlugin plugin_;
  const std::shared_ptr<http::Credentials> base_;
  const WallClock clock_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_running_ = false;
  std::size_t rounds_ = 0;              // that ended with a credential or its failure
  std::shared_ptr<const Error> error_;  // of the last round
  http::IdentityPtr identity_;
  std::optional<SystemTime> expires_at_;
  std::optional<SystemTime> renew_at_;
};

}  // namespace

std::shared_ptr<http::Credentials> make_exec_credentials(ExecPlugin plugin, std::shared_ptr<http::Credentials> base,
                                                         WallClock clock) {
  return std::make_shared<ExecCredentials>(std::move(plugin), std::move(base), std::move(clock));
}

}  // namespace kplane::config
