// kplane_soak: runs of the model under faults, one after the other, for hours; and a report of what they met.
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/heartbeat.hpp"
#include "chaos/world.hpp"
#include "support/process_usage.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view usage = R"(usage: kplane_soak [--hours H | --minutes M | --runs N] [OPTION...]

Random calls of the library through a proxy that commits random faults, compared with a model of what must hold. Without one
of these, the one run of --seed. From twenty runs on, memory, descriptors and threads are compared, too.

  --seed N        the first run's seed; default: random
  --threads N     programs that run at once; default: 8
  --steps N       calls of each program in a run; default: 400
  --chance P      of a fault, for each request; default: 0.2
  --files N       open no more than N files
  --memory N      have no more than N MB of data (RLIMIT_DATA): heap, stacks of threads, and buffers
  --perturb       let threads meet in unusual orders
  --step-clock    let the clock of the day jump by up to a day
  --lose-objects  replace the server by an empty one half-way, in every run; default: in every fourth, or with --seed
                  alone in none
  --tls           over TLS, in every run; default: in every third, or with --seed alone in none
)";

struct SoakOptions {
  WorldOptions world{.seed = std::random_device{}(), .threads = 8, .steps = 400};
  std::chrono::seconds duration{0};
  std::size_t runs = 0;  // at least
  rlim_t files = 0;      // 0: no limit
  rlim_t memory = 0;     // bytes; 0: no limit
};

std::chrono::seconds seconds_of(const char* count, double unit) {
  return std::chrono::seconds(static_cast<std::int64_t>(std::strtod(count, nullptr) * unit));
}

void read_option(SoakOptions& options, std::string_view name, const char* value) {
  if (name == "--hours") {
    options.duration = seconds_of(value, 3600);
  } else if (name == "--minutes") {
    options.duration = seconds_of(value, 60);
  } else if (name == "--runs") {
    options.runs = std::strtoull(value, nullptr, 10);
  } else if (name == "--seed") {
    options.world.seed = std::strtoull(value, nullptr, 10);
  } else if (name == "--threads") {
    options.world.threads = std::atoi(value);
  } else if (name == "--steps") {
    options.world.steps = std::atoi(value);
  } else if (name == "--chance") {
    options.world.chance = std::strtod(value, nullptr);
  } else if (name == "--files") {
    options.files = std::strtoull(value, nullptr, 10);
  } else if (name == "--memory") {
    options.memory = std::strtoull(value, nullptr, 10) << 20U;
  } else {
    throw std::invalid_argument("unknown option: " + std::string(name));
  }
}

SoakOptions parsed(const std::vector<std::string>& arguments) {
  SoakOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--help") throw std::invalid_argument("");
    if (arguments[i] == "--perturb") {
      options.world.perturbs = true;
    } else if (arguments[i] == "--step-clock") {
      options.world.steps_clock = true;
    } else if (arguments[i] == "--lose-objects") {
      options.world.loses_objects = true;
    } else if (arguments[i] == "--tls") {
      options.world.tls = true;
    } else if (i + 1 < arguments.size()) {
      read_option(options, arguments[i], arguments[i + 1].c_str());
      ++i;
    } else {
      throw std::invalid_argument("no value for " + arguments[i]);
    }
  }
  return options;
}

/// After one run.
struct Sample {
  std::size_t allocated = 0;
  std::size_t resident = 0;
  std::size_t kept = 0;  // of the resident memory, what is left once malloc has given back what is free
  std::size_t descriptors = 0;
  std::size_t threads = 0;
};

class Soak {
 public:
  explicit Soak(SoakOptions options) : options_(options) {}

  /// @return whether all held
  bool run() {
    const auto begun = steady_clock::now();
    do {
      run_once();
      const auto elapsed = steady_clock::now() - begun;
      elapsed_ = std::chrono::duration_cast<std::chrono::seconds>(elapsed);
    } while ((elapsed_ < options_.duration || samples_.size() < options_.runs) && problems_ == 0);
    check_usage();
    print_report();
    return problems_ == 0;
  }

 private:
  [[nodiscard]] WorldOptions next_world() const {
    WorldOptions world = options_.world;
    if (options_.duration.count() == 0 && options_.runs == 0) return world;
    if (!samples_.empty()) world.seed = derived_seed(world.seed, samples_.size()) % 1'000'000'000;
    world.loses_objects = world.loses_objects || samples_.size() % 4 == 3;
    world.tls = world.tls || samples_.size() % 3 == 0;
    return world;
  }

  void run_once() {
    const WorldOptions world = next_world();
    const Heartbeat heartbeat;
    WorldResult result;
    try {
      result = run_world(world);
    } catch (const std::exception& error) {
      result.problems.push_back(std::string("the test itself failed: ") + error.what());
    }
    for (const std::string& problem : result.problems) report(world, problem);
    longest_pause_ = std::max(longest_pause_, heartbeat.longest_pause());
    const auto allowed = std::chrono::seconds{1} + 4 * heartbeat.longest_pause();
    for (const auto& [operation, counts] : result.operations) check_deadlines(world, operation, counts, allowed);
    add(result);
    const std::size_t allocated = allocated_bytes();
    const std::size_t resident = resident_bytes();
    ::malloc_trim(0);
    samples_.push_back({allocated, resident, resident_bytes(), open_descriptors(), running_threads()});
  }

  [[nodiscard]] std::string limits() const {
    std::string text;
    if (options_.files != 0) text += " --files " + std::to_string(options_.files);
    if (options_.memory != 0) text += " --memory " + std::to_string(options_.memory >> 20U);
    return text;
  }

  void report(const WorldOptions& world, const std::string& problem) {
    ++problems_;
    std::printf("PROBLEM %s\n  to see it again: kplane_soak %s%s\n", problem.c_str(), arguments_of(world).c_str(),
                limits().c_str());
    std::fflush(stdout);
  }

  // A machine that does not run a thread for a while makes every call longer by as much.
  void check_deadlines(const WorldOptions& world, const std::string& operation, const OperationCounts& counts,
                       milliseconds allowed) {
    if (counts.longest_overrun <= allowed) return;
    report(world,
           operation + " ended " + std::to_string(counts.longest_overrun.count() / 1000) + " ms after its deadline");
  }

  void add(const WorldResult& result) {
    requests_ += result.requests;
    for (const auto& [operation, counts] : result.faults) {
      for (std::size_t kind = 0; kind < fault_kinds; ++kind) faults_[operation][kind] += counts[kind];
    }
    for (const auto& [operation, counts] : result.operations) {
      OperationCounts& sum = operations_[operation];
      sum.done += counts.done;
      sum.not_done += counts.not_done;
      sum.unknown += counts.unknown;
      sum.longest_overrun = std::max(sum.longest_overrun, counts.longest_overrun);
    }
  }

  /// The median of a part of the samples.
  template <class Part>
  [[nodiscard]] std::size_t median(std::size_t begin, std::size_t end, Part part) const {
    std::vector<std::size_t> values;
    for (std::size_t i = begin; i < end; ++i) values.push_back(samples_[i].*part);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
  }

  [[nodiscard]] std::size_t tenth() const { return std::max<std::size_t>(samples_.size() / 10, 1); }
  template <class Part>
  [[nodiscard]] std::size_t first_tenth(Part part) const {
    return median(0, tenth(), part);
  }
  template <class Part>
  [[nodiscard]] std::size_t last_tenth(Part part) const {
    return median(samples_.size() - tenth(), samples_.size(), part);
  }

  // Between runs malloc gives back what is free. Within them it keeps what it got: threads come to its arenas by
  // chance, and each grows to the most that it ever held.
  void check_usage() {
    constexpr std::size_t enough = 20;
    if (samples_.size() < enough) return;
    check_growth(&Sample::allocated, std::size_t{256} << 10U, "allocated memory grows: see the report");
    check_growth(&Sample::kept, std::size_t{16} << 20U, "resident memory grows: see the report");
    if (last_tenth(&Sample::descriptors) > first_tenth(&Sample::descriptors)) report(options_.world, "descriptors");
    if (last_tenth(&Sample::threads) > first_tenth(&Sample::threads)) report(options_.world, "threads");
  }

  /// Reports growth by more than a tenth and `slack` bytes.
  void check_growth(std::size_t Sample::*part, std::size_t slack, const char* problem) {
    const std::size_t before = first_tenth(part);
    if (last_tenth(part) > before + before / 10 + slack) report(options_.world, problem);
  }

  void print_report() const {
    std::printf("%zu runs of %d threads with %d calls each, %llu requests, %lld s, %d problems\n\n", samples_.size(),
                options_.world.threads, options_.world.steps, static_cast<unsigned long long>(requests_),
                static_cast<long long>(elapsed_.count()), problems_);
    std::printf(
        "after a run, first and last tenth: %zu and %zu kB allocated, %zu and %zu MB resident, of which malloc kept "
        "all "
        "but %zu and %zu MB for later, %zu and %zu descriptors, %zu and %zu threads\n\n",
        first_tenth(&Sample::allocated) >> 10U, last_tenth(&Sample::allocated) >> 10U,
        first_tenth(&Sample::resident) >> 20U, last_tenth(&Sample::resident) >> 20U, first_tenth(&Sample::kept) >> 20U,
        last_tenth(&Sample::kept) >> 20U, first_tenth(&Sample::descriptors), last_tenth(&Sample::descriptors),
        first_tenth(&Sample::threads), last_tenth(&Sample::threads));
    print_operations();
    print_faults();
  }

  void print_operations() const {
    std::printf("| call | done | refused | unknown | longest after its deadline, ms |\n|---|--:|--:|--:|--:|\n");
    for (const auto& [operation, counts] : operations_) {
      std::printf("| %s | %llu | %llu | %llu | %lld |\n", operation.c_str(),
                  static_cast<unsigned long long>(counts.done), static_cast<unsigned long long>(counts.not_done),
                  static_cast<unsigned long long>(counts.unknown),
                  static_cast<long long>(counts.longest_overrun.count() / 1000));
    }
    std::printf("\nthe longest that a thread which slept 5 ms was late: %lld ms\n\n",
                static_cast<long long>(longest_pause_.count()));
  }

  void print_faults() const {
    std::printf("| fault |");
    for (const auto& entry : faults_) std::printf(" %s |", entry.first.c_str());
    std::printf("\n|---|");
    for (std::size_t i = 0; i < faults_.size(); ++i) std::printf("--:|");
    for (std::size_t kind = 1; kind < fault_kinds; ++kind) {
      std::printf("\n| %s |", std::string(name_of(static_cast<FaultKind>(kind))).c_str());
      for (const auto& entry : faults_) std::printf(" %llu |", static_cast<unsigned long long>(entry.second[kind]));
    }
    std::printf("\n");
  }

  const SoakOptions options_;
  std::vector<Sample> samples_;
  FaultCounts faults_;
  std::map<std::string, OperationCounts> operations_;
  std::uint64_t requests_ = 0;
  std::chrono::seconds elapsed_{0};
  milliseconds longest_pause_{0};
  int problems_ = 0;
};

void limit(decltype(RLIMIT_DATA) resource, rlim_t most, const char* option) {
  const struct rlimit both { most, most };
  if (most != 0 && ::setrlimit(resource, &both) != 0)
    throw std::invalid_argument(std::string(option) + ": cannot be set");
}

// A stack counts with its whole size, however little of it is used.
void use_small_stacks() {
  constexpr std::size_t bytes = std::size_t{256} << 10U;
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  const bool is_set =
      ::pthread_attr_setstacksize(&attributes, bytes) == 0 && ::pthread_setattr_default_np(&attributes) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!is_set) throw std::invalid_argument("--memory: the stacks' size cannot be set");
}

/// By default malloc has eight arenas a processor, to which threads come by chance. What little is allocated is spread
/// over more and more of their pages, so that resident memory would tell nothing of leaks: 150 runs of one thread took
/// it from 28 to 39 MB with the usual arenas, and from 25 to 25 MB with one.
void use_few_arenas() { ::mallopt(M_ARENA_MAX, 2); }

}  // namespace
}  // namespace kplane::tests

int main(int count, char** arguments) {
  using namespace kplane::tests;
  try {
    SoakOptions options = parsed({arguments + 1, arguments + count});
    options.world.is_limited = options.files != 0 || options.memory != 0;
    use_few_arenas();
    limit(RLIMIT_NOFILE, options.files, "--files");
    if (options.memory != 0) use_small_stacks();
    limit(RLIMIT_DATA, options.memory, "--memory");
    std::printf("kplane_soak %s\n", arguments_of(options.world).c_str());
    std::fflush(stdout);
    return Soak(options).run() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "%s\n%s", error.what(), std::string(usage).c_str());
    return 2;
  }
}
