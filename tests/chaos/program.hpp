// Program: random calls on a few planes, compared with a model of what must be in them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/rl/recorder.hpp>

#include "chaos/fault_proxy.hpp"
#include "chaos/findings.hpp"
#include "chaos/plane_model.hpp"

namespace kplane::tests {

struct ProgramOptions {
  std::uint64_t seed = 1;
  std::string name{};  ///< the first part of its planes' IDs
  int planes = 2;
  std::chrono::milliseconds timeout{600};  ///< of a call
  bool perturbs = false;
  std::string recording{};                 ///< the path of a file to record in
  std::chrono::milliseconds state_lag{0};  ///< of the server
  /// Files or memory are limited: calls may fail without a fault.
  bool is_limited = false;
};

/// Nobody else may write to its planes. Thread safety: none; several Programs may run at once.
class Program {
 public:
  /// @param client through the proxy. @param direct a client that meets no faults, for looking at what there is
  Program(FaultProxy& proxy, Client client, Client direct, Findings& findings, ProgramOptions options);

  /// Makes that many random calls.
  void run(int steps);
  /// The planes are empty from now on.
  void begin_on_other_server(Client direct);
  /// Compares everything that is there, once no call meets faults any more.
  void verify();

  /// The ConfigMaps of each of its planes, through the proxy.
  [[nodiscard]] std::vector<Resource> watched() const;
  /// The same, as the direct client sees them.
  [[nodiscard]] std::vector<Resource> direct_maps() const;

 private:
  struct Subject {
    Plane plane;
    Resource maps;
    Resource accounts;
    PlaneModel model;
    std::optional<Baseline> baseline{};
    SeenObjects at_baseline{};
  };
  struct RecordedStep {
    std::string plane{};
    std::string action{};
    SeenObjects seen{};
  };
  /// A write of a send to a pool, whose fate the observation tells.
  struct Sent {
    std::string appended{};
    std::string name{};
    std::string value{};
    std::shared_ptr<Fate> by_function{};
  };

  template <class Call>
  Fate attempt(const std::string& operation, std::chrono::milliseconds limit, Call&& call);
  void settle();
  void explain(const std::string& operation, Fate fate);

  void step();
  void create(Subject& subject);
  void create_generated(Subject& subject);
  void create_secret(Subject& subject);
  void append(Subject& subject);
  void patch(Subject& subject);
  void apply(Subject& subject);
  void replace(Subject& subject);
  void remove(Subject& subject);
  void remove_all(Subject& subject);
  void get(Subject& subject);
  void list(Subject& subject);
  void state(Subject& subject);
  void settled_state(Subject& subject);
  void batch();
  void apply_manifests(Subject& subject);
  void remove_manifests(Subject& subject);
  void wait_for(Subject& subject);
  void watch(Subject& subject);
  void restore(Subject& subject);
  void pool();
  void fleet();

  void send(rl::PlanePool& pool, std::size_t index, std::vector<Sent>& sent);
  void receive(const rl::Observation& observation, const Sent& sent);
  void record(const rl::Observation& observation);
  void verify_recording();
  void use_fleet(Fleet& fleet);

  void make_account(Subject& subject);
  void make_baseline(Subject& subject);
  void take_up(Subject& subject, const SeenObjects& left);
  void call_once_more(Subject& subject);
  void look(Subject& subject, const char* why);
  [[nodiscard]] SeenObjects seen_directly(const Subject& subject) const;
  void check_state(Subject& subject, const Snapshot& state, const std::string& operation);
  /// Without drawing conclusions: a write may still be under way.
  void check_state_meanwhile(const Subject& subject, const Snapshot& state);
  [[nodiscard]] std::vector<Plane> planes() const;
  [[nodiscard]] StateOptions state_options() const;

  std::uint64_t draw(std::uint64_t bound) { return random_() % bound; }
  [[nodiscard]] std::string drawn_name() { return "c-" + std::to_string(draw(6)); }
  [[nodiscard]] std::string new_value(const Subject& subject);
  void add_shown(const ManifestResults& results, const std::string& operation);
  void problem(const std::string& operation, const std::string& text);
  template <class Kind>
  [[nodiscard]] bool failed_with() const {
    return dynamic_cast<const Kind*>(last_error_.get()) != nullptr;
  }
  /// Whether the last call failed as a whole because no file could be opened.
  [[nodiscard]] bool is_without_files() const;

  FaultProxy& proxy_;
  Client client_;
  Client direct_;
  Findings& findings_;
  const ProgramOptions options_;
  std::mt19937_64 random_;
  std::vector<Subject> subjects_;
  std::shared_ptr<const Error> last_error_;
  std::optional<rl::Recorder> recorder_;
  std::vector<RecordedStep> recorded_;
  std::uint64_t disturbances_before_ = 0;  ///< the last call
  int values_ = 0;
};

}  // namespace kplane::tests
