// The order in which its parts begin, meet faults, are looked at, and end.
#include "chaos/world.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "chaos/insist.hpp"
#include "chaos/planted_secrets.hpp"
#include "chaos/program.hpp"
#include "chaos/stepping_clock.hpp"
#include "support/mirror.hpp"
#include "support/process_usage.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {

namespace {

std::string shortest(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds state_lag{5};
constexpr std::chrono::seconds longest_end{120};  ///< for what takes milliseconds on an idle machine

LocalServerOptions server_options(std::uint64_t seed) {
  LocalServerOptions options;
  options.seed = seed;
  options.token = planted::token;
  options.state_lag = state_lag;
  options.watch_history = 200;  // so that watches must list again
  options.watch_bookmark_interval = milliseconds{200};
  return options;
}

ClientOptions client_options(const LocalServer& server, milliseconds timeout) {
  ClientOptions options = server.client_options();
  options.request_timeout = timeout;
  options.connect_timeout = timeout;
  options.retry.initial_backoff = milliseconds{2};
  options.retry.max_backoff = milliseconds{20};
  return options;
}

std::map<std::string, std::string> values_of(const Resource& maps) {
  std::map<std::string, std::string> values;
  for (const Object& object : maps.list()) {
    values.emplace(object.name(), object.get<std::string>("/data/value").value_or(""));
  }
  return values;
}

/// Watches the ConfigMaps of a plane.
class Watcher {
 public:
  Watcher(Resource maps, Findings& findings)
      : maps_(std::move(maps)), findings_(findings), thread_([this] { watch(); }) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() {
    stop_.request_stop();
    thread_.join();
  }

  /// Waits until it has reported what there is. @return what was wrong with its events, or that it has not
  [[nodiscard]] std::vector<std::string> problems(const std::map<std::string, std::string>& wanted) {
    const auto limit = steady_clock::now() + longest_end;
    while (mirror()->values() != wanted && steady_clock::now() < limit) std::this_thread::sleep_for(milliseconds{2});
    std::vector<std::string> problems;
    const std::map<std::string, std::string> told = mirror()->values();
    if (told == wanted) return problems;
    problems.push_back("it does not come to what is there; " + last_error_text());
    for (const auto& [name, value] : wanted) {
      const auto found = told.find(name);
      if (found == told.end() || found->second != value)
        problems.push_back(name + " is " + value + ", and was not told");
    }
    for (const auto& [name, value] : told) {
      if (wanted.count(name) == 0) problems.push_back(name + " is gone, and was not told");
    }
    return problems;
  }

 private:
  // An answer that is no watch ends it: the caller watches again, from the start.
  void watch() {
    while (!stop_.token().stop_requested()) {
      const auto mirror = std::make_shared<Mirror>();
      {
        const std::lock_guard lock(mutex_);
        mirror_ = mirror;
      }
      try {
        maps_.watch([&](const WatchEvent& event) { return mirror->take(event); },
                    {.idle_limit = milliseconds{1500}, .stop = stop_.token()});
      } catch (const Error& error) {
        const std::lock_guard lock(mutex_);
        last_error_ = error.what();
        findings_.add_shown(error, "watch");
      }
      findings_.add_problems(mirror->problems(), "watch");
    }
  }

  [[nodiscard]] std::shared_ptr<Mirror> mirror() {
    const std::lock_guard lock(mutex_);
    return mirror_;
  }
  [[nodiscard]] std::string last_error_text() {
    const std::lock_guard lock(mutex_);
    return last_error_.empty() ? "no error" : last_error_;
  }

  const Resource maps_;
  Findings& findings_;
  StopSource stop_;
  std::mutex mutex_;
  std::shared_ptr<Mirror> mirror_ = std::make_shared<Mirror>();
  std::string last_error_;
  std::thread thread_;  // last: it uses all of the above
};

class World {
 public:
  explicit World(const WorldOptions& options)
      : options_(options),
        server_(std::make_unique<LocalServer>(server_options(options.seed))),
        proxy_(server_->port(), proxy_options()),
        client_(proxy_.base_url(), observed_options()) {
    for (int i = 0; i < options.threads; ++i) programs_.emplace_back(proxy_, client_, direct(), findings_, program(i));
    for (const Program& program : programs_) {
      for (const Resource& maps : program.watched()) watchers_.emplace_back(maps, findings_);
    }
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() {
    proxy_.calm();
    watchers_.clear();
  }

  WorldResult run() {
    std::optional<SteppingClock> clock;
    if (options_.steps_clock) clock.emplace();
    run_programs(options_.steps / 2);
    if (options_.loses_objects) replace_server();
    run_programs(options_.steps - options_.steps / 2);
    proxy_.calm();
    for (Program& program : programs_) program.verify();
    check_watches();
    watchers_.clear();  // what was wrong with their events is a finding now
    programs_.clear();  // closes their connections: with few files, there are none for what comes now
    if (proxy_.misplaced_trust() > 0) findings_.add_problem("the client took a certificate that it does not trust");
    for (const std::string& file : planted::files_with_one(directory_.path())) {
      findings_.add_problem("file " + file + ": it has a secret");
    }
    if (planted::is_in_environment()) findings_.add_problem("the environment has a secret");
    return {findings_.problems(), proxy_.counts(), findings_.operations(), proxy_.request_count()};
  }

 private:
  [[nodiscard]] ClientOptions observed_options() {
    ClientOptions options = client_options(*server_, options_.timeout);
    options.ca_pem = proxy_.ca_pem();
    options.observer = [this](const RequestEvent& event) { findings_.add_shown(event, "an event"); };
    return options;
  }

  [[nodiscard]] FaultProxyOptions proxy_options() {
    FaultProxyOptions options;
    options.seed = options_.seed;
    options.chance = options_.chance;
    options.perturbs = options_.perturbs;
    options.tls = options_.tls;
    options.restart_server = [this] {
      const std::lock_guard lock(server_mutex_);
      server_->restart();
    };
    return options;
  }

  [[nodiscard]] ProgramOptions program(int index) const {
    ProgramOptions options;
    options.seed = derived_seed(options_.seed, static_cast<std::uint64_t>(index));
    options.name = "t" + std::to_string(index);
    options.timeout = options_.timeout;
    options.perturbs = options_.perturbs;
    options.state_lag = state_lag;
    options.is_limited = options_.is_limited;
    options.recording = (directory_.path() / options.name).string();
    return options;
  }

  [[nodiscard]] Client direct() const {
    ClientOptions options = client_options(*server_, longest_end);
    options.connect_timeout = std::chrono::seconds{5};
    options.retry.max_attempts = 100;  // the server may be restarting
    return Client(server_->base_url(), options);
  }

  void run_programs(int steps) {
    std::vector<std::thread> threads;
    for (Program& program : programs_) {
      threads.emplace_back([this, &program, steps] {
        try {
          program.run(steps);
        } catch (const std::exception& error) {
          findings_.add_problem(std::string("a program ended: ") + error.what());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // A server that has caught up with the versions of the old one before a watch comes back cannot be told from it.
  void replace_server() {
    for (const Resource& maps : direct_maps()) {
      for (int i = 0; i < 300; ++i) insist([&] { maps.apply(padding(i)); });
    }
    check_watches();
    proxy_.set_server(0);  // nothing listens there
    {
      const std::lock_guard lock(server_mutex_);
      server_.reset();  // ends its connections
      insist<std::exception>(
          [&] { server_ = std::make_unique<LocalServer>(server_options(derived_seed(options_.seed, 1))); });
      proxy_.set_server(server_->port());
    }
    const Client direct = this->direct();
    for (Program& program : programs_) program.begin_on_other_server(direct);
  }

  [[nodiscard]] static std::string padding(int value) {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"padding"},"data":{"value":")" +
           std::to_string(value) + R"("}})";
  }

  [[nodiscard]] std::vector<Resource> direct_maps() const {
    std::vector<Resource> all;
    for (const Program& program : programs_) {
      for (const Resource& maps : program.direct_maps()) all.push_back(maps);
    }
    return all;
  }

  void check_watches() {
    const std::vector<Resource> direct = direct_maps();
    for (std::size_t i = 0; i < watchers_.size(); ++i) {
      findings_.add_problems(watchers_[i].problems(values_of(direct[i])), "watch");
    }
  }

  const WorldOptions options_;
  const TemporaryDirectory directory_;
  Findings findings_;
  std::mutex server_mutex_;
  std::unique_ptr<LocalServer> server_;
  FaultProxy proxy_;
  Client client_;
  std::deque<Program> programs_;
  std::deque<Watcher> watchers_;
};

/// A thread that was joined may be listed for a moment.
bool comes_to(std::size_t (*usage)(), std::size_t most) {
  const auto limit = steady_clock::now() + longest_end;
  while (usage() > most && steady_clock::now() < limit) std::this_thread::sleep_for(milliseconds{1});
  return usage() <= most;
}

}  // namespace

WorldResult run_world(const WorldOptions& options) {
  std::thread([] {}).join();  // the thread sanitizer starts one of its own with a program's first
  const std::size_t descriptors = open_descriptors();
  const std::size_t threads = running_threads();
  WorldResult result = [&] {
    World world(options);
    return world.run();
  }();
  if (!comes_to(open_descriptors, descriptors)) {
    result.problems.push_back("descriptors: " + std::to_string(descriptors) + " before, " +
                              std::to_string(open_descriptors()) + " afterwards");
  }
  if (!comes_to(running_threads, threads)) {
    result.problems.push_back("threads: " + std::to_string(threads) + " before, " + std::to_string(running_threads()) +
                              " afterwards");
  }
  return result;
}

std::string arguments_of(const WorldOptions& options) {
  std::string text = "--seed " + std::to_string(options.seed) + " --threads " + std::to_string(options.threads) +
                     " --steps " + std::to_string(options.steps);
  if (options.chance != WorldOptions{}.chance) text += " --chance " + shortest(options.chance);
  if (options.perturbs) text += " --perturb";
  if (options.steps_clock) text += " --step-clock";
  if (options.loses_objects) text += " --lose-objects";
  if (options.tls) text += " --tls";
  return text;
}

}  // namespace kplane::tests
