#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/checks.hpp"
#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

using std::chrono::microseconds;

std::string path_of_state(const RequestEvent& event) {
  return event.url.find("/snapshot") == std::string::npos ? "/state" : "/snapshot";
}

double milliseconds_of(microseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string milliseconds_text(microseconds time) {
  constexpr double precise_below = 10;
  const double milliseconds = milliseconds_of(time);
  const std::string text = std::to_string(milliseconds);
  return text.substr(0, text.find('.') + (milliseconds < precise_below ? 2 : 0)) + " ms";
}

Snapshot state_of_subject(const Examination& examination, const StateOptions& options) {
  try {
    return examination.subject().state(options);
  } catch (const NotFound&) {
    if (examination.plane()) throw;
    return examination.client().plane("root").state(options);  // where a server does not route the path without a name
  }
}

/// A controller manager keeps its Lease, and makes what every cluster has.
std::vector<std::string> traces_of_controllers(const Examination& examination) {
  std::vector<std::string> traces;
  const Plane& plane = examination.subject();
  const Resource leases = plane.resource("coordination.k8s.io/v1", "leases").in("kube-system");
  for (const char* name : {"kube-controller-manager", "kube-scheduler"}) {
    if (leases.find(name, examination.get_options())) traces.push_back(std::string("Lease ") + name);
  }
  if (plane.resource("v1", "serviceaccounts").in("default").find("default", examination.get_options()))
    traces.emplace_back("ServiceAccount default/default");
  if (plane.resource("v1", "configmaps").in("default").find("kube-root-ca.crt", examination.get_options()))
    traces.emplace_back("ConfigMap default/kube-root-ca.crt");
  return traces;
}

bool has_rules(const Object& role) { return !role.elements("/rules").empty(); }

}  // namespace

Finding check_root(Examination& examination) {
  const Object space = examination.root().resource("v1", "namespaces").get("default", examination.get_options());
  const std::string name =
      space.get<std::string>("/metadata/labels/multicluster.k8s.io~1cluster").value_or(std::string());
  if (name.empty()) return ok("answers", {{"cluster", nullptr}});
  return ok("answers; the server calls it " + name, {{"cluster", name}});
}

Finding check_plane(Examination& examination) {
  if (!examination.plane()) return skipped("none was named: `kplane doctor PLANE` looks at one");
  PlaneWaitOptions options;
  options.timeout = examination.left();
  examination.plane()->wait_until_ready(options);
  return ok(examination.plane()->cluster() + " is ready and bootstrapped");
}

Finding check_state(Examination& examination) {
  const auto begin = std::chrono::steady_clock::now();
  const Snapshot state = state_of_subject(examination, examination.state_options());
  const auto took = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin);
  const std::string path = path_of_state(examination.traffic().last());
  const Json data = {{"path", path},
                     {"bytes", state.raw().size()},
                     {"objects", state.total_items()},
                     {"milliseconds", milliseconds_of(took)}};
  constexpr std::size_t kilobyte = 1'000;
  return ok("at " + path + (path == "/snapshot" ? ", as of older servers: " : ": ") +
                std::to_string(state.total_items()) + " objects, " + std::to_string(state.raw().size() / kilobyte) +
                " kB in " + milliseconds_text(took),
            data);
}

Finding check_informers(Examination& examination) {
  StateOptions options = examination.state_options();
  options.include_empty = true;
  const Snapshot state = state_of_subject(examination, options);
  std::vector<std::string> unsynced;
  for (const SnapshotResource& type : state.resources) {
    if (!type.synced) unsynced.push_back(type.resource);
  }
  const Json data = {{"live", state.live_resources}, {"unsynced", unsynced}};
  const std::string detail = std::to_string(state.live_resources) + " types live";
  if (!unsynced.empty())
    return warning(detail + ", not listed to the end: " + joined(unsynced),
                   "states show fewer objects than there are until these are synced: read with require_synced, or wait",
                   data);
  if (state.live_resources == 0)
    return ok("none live yet: the first read with warm, or require_synced, starts them", data);
  return ok(detail + ", all synced", data);
}

Finding check_roles(Examination& examination) {
  std::vector<std::string> empty;
  const Resource roles = examination.subject().resource("rbac.authorization.k8s.io/v1", "clusterroles");
  for (const char* name : {"view", "edit", "admin"}) {
    const auto role = roles.find(name, examination.get_options());
    if (!role || !has_rules(*role)) empty.emplace_back(name);
  }
  const Json data = {{"empty", empty}};
  if (empty.empty()) return ok("view, edit and admin have rules", data);
  return ok(joined(empty) +
                " have no rules, as where no controller fills them: a binding to one of them gives no rights. "
                "agent_kubeconfig() gives them nevertheless",
            data);
}

Finding check_controllers(Examination& examination) {
  const std::vector<std::string> traces = traces_of_controllers(examination);
  const Json data = {{"traces", traces}};
  if (traces.empty())
    return ok("none, as in kplane's planes: no Deployment makes pods, no deleted namespace goes by itself", data);
  return warning("there may be some in " + examination.subject_name() + ": " + joined(traces),
                 "restore and purge compete with controllers, which make again what these remove", data);
}

Finding check_speed(Examination& examination) {
  constexpr int rounds = 10;
  std::vector<microseconds> times;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    static_cast<void>(examination.get(examination.root(), "/version"));
    times.push_back(std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin));
  }
  std::sort(times.begin(), times.end());
  constexpr std::size_t reads = 16;
  const std::vector<Plane> planes(reads, examination.subject());
  BatchOptions batch;
  batch.timeout = examination.left();
  std::uint64_t bytes = 0;
  std::size_t done = 0;
  const auto begin = std::chrono::steady_clock::now();
  examination.client().for_each_state(
      planes,
      [&](const StateResult& result) {
        if (!result) return;
        ++done;
        bytes += result->raw().size();
      },
      examination.state_options(), batch);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (done == 0) return warning("no state could be read in time", "look at the load of the server");
  const double per_second = static_cast<double>(done) / took.count();
  constexpr double megabyte = 1e6;
  const double rate = static_cast<double>(bytes) / megabyte / took.count();
  const Json data = {{"medianMilliseconds", milliseconds_of(times[rounds / 2])},
                     {"worstMilliseconds", milliseconds_of(times.back())},
                     {"statesPerSecond", per_second},
                     {"megabytesPerSecond", rate},
                     {"statesLost", reads - done}};
  const std::string detail = "a small request takes " + milliseconds_text(times[rounds / 2]) + " (at worst " +
                             milliseconds_text(times.back()) + "); " +
                             std::to_string(static_cast<std::int64_t>(per_second)) + " states a second, " +
                             std::to_string(static_cast<std::int64_t>(rate)) + " MB/s";
  if (done < reads)
    return warning(detail + "; " + std::to_string(reads - done) + " of " + std::to_string(reads) + " reads failed",
                   "look at the load of the server", data);
  return ok(detail, data);
}

}  // namespace kplane::cli
