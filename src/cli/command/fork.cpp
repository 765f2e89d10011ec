// kplane fork PLANE --to N
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/baseline.hpp>
#include <kplane/client.hpp>
#include <kplane/error.hpp>
#include <kplane/restore_result.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/json_output.hpp"
#include "cli/output/progress_bar.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

constexpr std::int32_t most_planes = 4'000;  // of one Fleet (contract §10)

struct ForkFlags {
  std::string plane{};
  std::int32_t to = 1;
  std::string fleet{};
};

std::string random_suffix() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr int length = 5;
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
  std::string text;
  for (int i = 0; i < length; ++i) text += letters[any(random)];
  return text;
}

/// A name for the Fleet: that of an object, which has fewer characters than a plane's ID.
std::string fleet_name(const ForkFlags& flags) {
  if (!flags.fleet.empty()) return flags.fleet;
  constexpr std::size_t longest = 32;
  std::string name = flags.plane.substr(0, longest);
  for (char& c : name) c = c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name + "-fork-" + random_suffix();
}

/// Purges the planes, unless all went well: what is left of a fork that failed is nobody's.
class Undo {
 public:
  explicit Undo(const Session& session, const Client& client) : session_(session), client_(client.without_stop()) {}
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    if (planes_.empty()) return;
    session_.err() << "removing what was made...\n";
    try {
      std::size_t left = 0;
      for (const RestoreResult& result : client_.purge(planes_)) left += result ? 0 : 1;
      if (left > 0) session_.err() << "kplane: " << left << " planes could not be purged\n";
    } catch (const std::exception& error) {
      session_.err() << "kplane: the planes could not be purged: " << error.what() << '\n';
    }
  }

  /// They are written to from now on.
  void begin(const std::vector<Plane>& planes) {
    for (const Plane& plane : planes) planes_.push_back(client_.plane(plane.cluster()));
  }
  void keep() noexcept { planes_.clear(); }

 private:
  const Session& session_;
  Client client_;
  std::vector<Plane> planes_;
};

void wait_for(const Session& session, EphemeralFleet& fleet) {
  ProgressBar bar(session.err(), session.shows_progress(), "making planes");
  WaitOptions options;
  options.stop = session.stop();
  options.on_progress = [&](std::int32_t ready, std::int32_t desired, std::chrono::milliseconds /*elapsed*/) {
    bar.update(static_cast<std::size_t>(ready), static_cast<std::size_t>(desired));
  };
  fleet.wait_until_ready(options);
}

void carry_over(const Session& session, const Client& client, const std::vector<Plane>& planes,
                const Baseline& baseline) {
  constexpr std::size_t part_size = 32;  // so that progress can be seen
  ProgressBar bar(session.err(), session.shows_progress(), "forking");
  for (std::size_t begin = 0; begin < planes.size(); begin += part_size) {
    bar.update(begin, planes.size());
    const auto from = planes.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<Plane> part(from, from + static_cast<std::ptrdiff_t>(std::min(part_size, planes.size() - begin)));
    for (const RestoreResult& result : client.restore(part, baseline)) result.raise_if_failed();
  }
}

void tell(const Session& session, const Fleet& fleet, const ForkFlags& flags, const std::vector<Plane>& planes) {
  if (session.json()) {
    Json told = {{"source", flags.plane}, {"fleet", fleet.name()}, {"planes", Json::array()}};
    for (const Plane& plane : planes) told["planes"].push_back(plane.cluster());
    print_json(session.out(), told);
    return;
  }
  session.err() << "Fleet " << fleet.name() << ":\n";
  for (const Plane& plane : planes) session.out() << plane.cluster() << '\n';
}

int run_fork(Session& session, const ForkFlags& flags) {
  const Client client = session.client();
  const Plane source = client.plane(flags.plane);
  source.wait_until_ready(std::chrono::minutes{2}, session.stop());
  BaselineOptions taking;
  taking.stop = session.stop();
  const Baseline baseline = source.baseline(taking);
  FleetSpec spec;
  spec.replicas = flags.to;
  spec.labels["kplane.dev/forked-from"] = flags.plane;
  EphemeralOptions fresh;
  fresh.fresh_planes = true;  // planes outlive their Fleet: an older one of this name may have left some
  EphemeralFleet fleet = client.ephemeral_fleet(fleet_name(flags), spec, fresh);
  Undo undo(session, client);  // before the Fleet goes
  wait_for(session, fleet);
  const std::vector<Plane> planes = fleet.planes();
  undo.begin(planes);
  carry_over(session, client, planes, baseline);
  undo.keep();
  tell(session, fleet.release(), flags, planes);
  return ExitCode::success;
}

}  // namespace

void add_fork(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ForkFlags>();
  CLI::App& command = session.add_command(app, "fork", "Make planes that are as another one is now, as a new Fleet",
                                          [flags](Session& running) { return run_fork(running, *flags); });
  command.add_option("PLANE", flags->plane, "ID of the plane to copy")->required();
  command.add_option("--to", flags->to, "How many planes to make")
      ->type_name("N")
      ->required()
      ->check(CLI::Range(1, most_planes));
  command.add_option("--fleet", flags->fleet, "Name of the Fleet; otherwise made of the plane's ID and random letters")
      ->type_name("NAME");
}

}  // namespace kplane::cli
