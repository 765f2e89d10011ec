#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <kplane/openapi.hpp>
#include <kplane/version.hpp>

#include "cli/doctor/checks.hpp"
#include "cli/doctor/openapi_comparison.hpp"
#include "cli/doctor/yaml_mapping.hpp"
#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

using std::chrono::seconds;

constexpr int oldest_known_minor = 30;  // of Kubernetes 1; tests run against 1.32 and 1.34
constexpr seconds close_enough{5};
constexpr std::size_t many_members = 4'000;  // contract §10

/// `Sat, 28 Nov 2026 13:27:57 GMT` (RFC 9110).
std::optional<WallTime> http_date(const std::string& text) {
  std::tm utc{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return wall_time(::timegm(&utc));
}

int minor_of(std::string_view version) {
  constexpr std::string_view first = "v1.";
  if (version.substr(0, first.size()) != first) return 0;
  version.remove_prefix(first.size());
  int minor = 0;
  std::from_chars(version.data(), version.data() + version.size(), minor);
  return minor;
}

/// The server's clock when it answered; the state's time where a proxy has taken the header.
std::optional<WallTime> server_time(const Examination& examination, const Response& response) {
  if (const auto date = response.header("Date")) {
    if (const auto time = http_date(*date)) return time;
  }
  StateOptions options = examination.state_options();
  options.resources = {"namespaces"};
  const Snapshot state = examination.subject().state(options);
  if (state.snapshot_time == WallTime{}) return std::nullopt;
  return state.snapshot_time;
}

/// @throws NotFound when the server publishes none; what is no document is an error too
Json served_openapi(const Examination& examination) {
  try {
    return parse_ordered(std::string(examination.get(examination.root(), "/openapi/kplane.json").body()));
  } catch (const NotFound&) {
    return parse_yaml_mapping(examination.client().server_openapi(), "openapi");
  }
}

void add_changes(std::string& text, const char* what, const NameChanges& changes) {
  const auto add = [&](const char* how, const std::vector<std::string>& names) {
    if (!names.empty()) text.append(text.empty() ? "" : "; ").append(what).append(how).append(joined(names));
  };
  add(" added: ", changes.added);
  add(" gone: ", changes.gone);
  add(" changed: ", changes.changed);
}

Json changes_data(const NameChanges& changes) {
  return {{"added", changes.added}, {"gone", changes.gone}, {"changed", changes.changed}};
}

struct LeftRuns {
  std::size_t alive = 0;
  std::set<std::string> silent{};  ///< their Lease ran out, by the server's clock
};

LeftRuns look_at_leases(const Examination& examination) {
  LeftRuns runs;
  ListOptions options = examination.list_options();
  options.label_selector = "kplane.dev/run";
  const WallTime now = std::chrono::system_clock::now() - examination.clock_ahead.value_or(seconds(0));
  ObjectList leases = examination.root().resource("coordination.k8s.io/v1", "leases").list(options);
  for (const Object& lease : leases) {
    const auto renewed = parse_time(lease.get<std::string>("/spec/renewTime").value_or(std::string()));
    const seconds lasts(lease.get<std::int64_t>("/spec/leaseDurationSeconds").value_or(60));
    // Twice as long: clocks are compared by whole seconds here. A sweep goes by what it sees, not by clocks.
    if (renewed && now - *renewed > 2 * lasts) {
      runs.silent.insert(
          lease.get<std::string>("/metadata/labels/kplane.dev~1run").value_or(std::string(lease.name())));
    } else {
      ++runs.alive;
    }
  }
  return runs;
}

}  // namespace

Finding check_ready(Examination& examination) {
  static_cast<void>(examination.get(examination.root(), "/readyz"));
  return ok("yes");
}

Finding check_version(Examination& examination) {
  const Response response = examination.get(examination.root(), "/version");
  const std::string version = response.object().get<std::string>("/gitVersion").value_or(std::string());
  const Json data = {{"server", version}, {"library", std::string(kplane::version())}};
  if (version.empty()) return warning("the server names none", "is it a Kubernetes API server?", data);
  const std::string detail = "Kubernetes " + version + ", kplane-cpp " + std::string(kplane::version());
  if (minor_of(version) < oldest_known_minor)
    return warning(detail, "servers of Kubernetes 1.30 and later are supported", data);
  return ok(detail, data);
}

Finding check_clock(Examination& examination) {
  const WallTime before = std::chrono::system_clock::now();
  const Response response = examination.get(examination.root(), "/version");
  const WallTime after = std::chrono::system_clock::now();
  const std::optional<WallTime> server = server_time(examination, response);
  if (!server) return skipped("the server does not say what time it is");
  const WallTime here = before + (after - before) / 2;
  const auto ahead = std::chrono::duration_cast<seconds>(here - *server);  // the server's time is of whole seconds
  examination.clock_ahead = ahead;
  const Json data = {{"aheadSeconds", ahead.count()}};
  if (ahead <= close_enough && ahead >= -close_enough)
    return ok("within " + std::to_string(close_enough.count()) + " s of the server's", data);
  const std::string detail = "this machine is " + std::to_string(std::abs(ahead.count())) + " s " +
                             (ahead.count() > 0 ? "ahead of" : "behind") + " the server";
  return warning(detail,
                 "set the clocks (NTP): certificates, tokens and exec plugins go by them. Leases of runs do not", data);
}

Finding check_openapi(Examination& examination) {
  const Json embedded = parse_ordered(openapi::spec_json());
  Json served;
  try {
    served = served_openapi(examination);
  } catch (const NotFound&) {
    return warning("the server publishes no /openapi/kplane.json and no /openapi/kplane.yaml",
                   "is it a kplane server? An ordinary Kubernetes API server has no Fleets and no state");
  }
  const OpenApiComparison comparison = compare_openapi(embedded, served);
  const Json data = {{"operations", changes_data(comparison.operations)},
                     {"schemas", changes_data(comparison.schemas)}};
  std::string detail;
  add_changes(detail, "operations", comparison.operations);
  add_changes(detail, "schemas", comparison.schemas);
  if (detail.empty()) return ok("the one that this program was built with", data);
  const bool is_older = !comparison.operations.gone.empty() || !comparison.schemas.gone.empty();
  const bool is_changed = !comparison.operations.changed.empty() || !comparison.schemas.changed.empty();
  if (is_older || is_changed)
    return warning(detail, "what has changed may fail or be ignored: compare the versions of server and library", data);
  return ok(detail + " (the server is newer)", data);
}

Finding check_fleets(Examination& examination) {
  std::size_t members = 0;
  std::size_t ready = 0;
  std::string large;
  try {
    const Vector<Fleet> fleets = examination.client().list_fleets(examination.list_options());
    for (const Fleet& fleet : fleets) {
      const std::vector<FleetMember>& all = fleet.members();
      members += all.size();
      ready += static_cast<std::size_t>(
          std::count_if(all.begin(), all.end(), [](const FleetMember& one) { return one.is_ready(); }));
      if (static_cast<std::size_t>(std::max(fleet.spec().replicas, 0)) > many_members) large = fleet.name();
    }
    const Json data = {{"fleets", fleets.size()}, {"members", members}, {"ready", ready}};
    const std::string detail = std::to_string(fleets.size()) + " with " + std::to_string(members) + " planes, " +
                               std::to_string(ready) + " ready";
    if (large.empty()) return ok(detail, data);
    return warning(
        detail + "; " + large + " has more than " + std::to_string(many_members),
        "split it: the status of a large Fleet may not fit into what the server can store, and then none is written",
        data);
  } catch (const NotFound& error) {
    return failure(error.what(),
                   "a kplane server installs the Fleet resource a little after it starts: try again in a moment. An "
                   "ordinary Kubernetes API server never does");
  }
}

Finding check_runs(Examination& examination) {
  const LeftRuns runs = look_at_leases(examination);
  const Json data = {{"alive", runs.alive}, {"silent", runs.silent}};
  if (runs.silent.empty()) return ok(runs.alive == 0 ? "none" : std::to_string(runs.alive) + ", all alive", data);
  const std::vector<std::string> names(runs.silent.begin(), runs.silent.end());
  return warning(std::to_string(names.size()) + " gave no sign of life: " + joined(names),
                 "`kplane sweep` clears away what they have left, once it has seen that they are dead", data);
}

}  // namespace kplane::cli
