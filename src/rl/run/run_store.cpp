// Leases, ConfigMaps whose keys are the IDs of planes, and labels.
#include "rl/run/run_store.hpp"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <utility>

#include <nlohmann/json.hpp>

#include <kplane/condition.hpp>
#include <kplane/error.hpp>
#include <kplane/json.hpp>

namespace kplane::rl {

namespace {

using nlohmann::json;

constexpr std::string_view swept_label = "kplane.dev/swept";
constexpr std::string_view name_prefix = "kplane-run-";
constexpr std::string_view note_prefix = "kplane.dev/";
constexpr std::chrono::seconds usual_duration{60};  // for a Lease without a duration

std::string pointer_of(std::string_view label) {
  std::string pointer = "/metadata/labels/";
  for (const char c : label) pointer += c == '/' ? "~1" : std::string(1, c);
  return pointer;
}

/// A MicroTime, which needs exactly six digits of fraction (contract §9).
std::string time_text(std::chrono::system_clock::time_point time) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  constexpr std::int64_t million = 1'000'000;
  const auto seconds = static_cast<std::time_t>(micros / million);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 48> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + size, text.size() - size, ".%06dZ", static_cast<int>(micros % million));
  return text.data();
}

json metadata(const std::string& run) {
  return {{"name", record_name(run)},
          {"labels", {{std::string(run_label), run}, {"app.kubernetes.io/managed-by", "kplane-cpp"}}}};
}

json spec_of(const RunLease& lease) {
  const std::string now = time_text(std::chrono::system_clock::now());
  return {{"holderIdentity", lease.holder},
          {"leaseDurationSeconds", lease.duration.count()},
          {"acquireTime", now},
          {"renewTime", now}};
}

std::string label_of(const Object& object, std::string_view label) {
  return object.get<std::string>(pointer_of(label)).value_or(std::string());
}

std::map<std::string, std::string> read_notes(const Object& lease) {
  std::map<std::string, std::string> notes;
  const std::optional<Object> annotations = lease.at("/metadata/annotations");
  if (!annotations) return notes;
  const json all = annotations->json();
  if (!all.is_object()) return notes;
  for (const auto& [key, value] : all.items()) {
    if (key.rfind(note_prefix, 0) == 0 && value.is_string()) notes[key] = value.get<std::string>();
  }
  return notes;
}

RunLease read_lease(const Object& object) {
  RunLease lease;
  lease.run = label_of(object, run_label);
  lease.version = object.resource_version();
  lease.holder = object.get<std::string>("/spec/holderIdentity").value_or(std::string());
  const auto seconds = object.get<std::int64_t>("/spec/leaseDurationSeconds").value_or(0);
  lease.duration = seconds > 0 ? std::chrono::seconds(seconds) : usual_duration;
  lease.is_swept = label_of(object, swept_label) == "true";
  lease.uid = object.uid();
  lease.notes = read_notes(object);
  return lease;
}

PlaneIds read_planes(const Object& ledger) {
  PlaneIds planes;
  const json object = ledger.json();
  const auto data = object.find("data");
  if (data == object.end() || !data->is_object()) return planes;
  for (const auto& [plane, value] : data->items()) planes.insert(plane);
  return planes;
}

ListOptions of_runs() {
  ListOptions options;
  options.label_selector = run_label;
  return options;
}

/// For idempotent patches.
PatchOptions repeatable() {
  PatchOptions options;
  options.idempotent = true;
  return options;
}

}  // namespace

RunStore::RunStore(Client client, std::string_view ns)
    : client_(std::move(client)),
      ns_(ns),
      leases_(client_.root_plane().resource("coordination.k8s.io/v1", "leases").in(ns)),
      ledgers_(client_.root_plane().resource("v1", "configmaps").in(ns)) {}

std::vector<RunLease> RunStore::leases() const {
  std::vector<RunLease> all;
  for (const Object& object : leases_.list(of_runs()).all()) all.push_back(read_lease(object));
  return all;
}

std::optional<RunLease> RunStore::find_lease(const std::string& run,
                                             std::optional<std::chrono::milliseconds> timeout) const {
  GetOptions options;
  options.timeout = timeout;
  const std::optional<Object> found = leases_.find(record_name(run), options);
  if (!found) return std::nullopt;
  return read_lease(*found);
}

bool RunStore::watch_lease(const std::string& run, const std::function<bool(const std::optional<RunLease>&)>& test,
                           std::chrono::milliseconds timeout, const StopToken& stop) const {
  const Condition condition(
      [&](const Object* object) { return test(object == nullptr ? std::optional<RunLease>() : read_lease(*object)); });
  try {
    leases_.wait_for(record_name(run), condition, timeout, stop);
    return true;
  } catch (const TimeoutError&) {
    return false;
  }
}

RunLease RunStore::create_lease(const RunLease& lease) const {
  json object = {{"apiVersion", "coordination.k8s.io/v1"}, {"kind", "Lease"}};
  object["metadata"] = metadata(lease.run);
  if (lease.is_swept) object["metadata"]["labels"][std::string(swept_label)] = "true";
  if (!lease.notes.empty()) object["metadata"]["annotations"] = lease.notes;
  object["spec"] = spec_of(lease);
  return read_lease(leases_.create(object.dump()));
}

void RunStore::renew(RunLease& lease, std::chrono::milliseconds timeout) const {
  PatchOptions options = repeatable();
  options.timeout = timeout;
  json patch = {{"spec", {{"renewTime", time_text(std::chrono::system_clock::now())}}}};
  patch["metadata"]["resourceVersion"] = lease.version;
  lease.version = leases_.patch(record_name(lease.run), PatchType::merge, patch.dump(), options).resource_version();
}

std::optional<RunLease> RunStore::take(const RunLease& lease, const std::string& holder,
                                       std::chrono::seconds duration) const {
  RunLease taken = lease;
  taken.holder = holder;
  taken.duration = duration;
  taken.is_swept = true;
  return overwrite(lease, std::move(taken));
}

std::optional<RunLease> RunStore::overwrite(const RunLease& lease, RunLease taken) const {
  json patch = {{"spec", spec_of(taken)}};
  patch["metadata"]["resourceVersion"] = lease.version;
  if (taken.notes != lease.notes) patch["metadata"]["annotations"] = taken.notes;
  if (taken.is_swept) patch["metadata"]["labels"][std::string(swept_label)] = "true";
  try {
    taken.version = leases_.patch(record_name(lease.run), PatchType::merge, patch.dump()).resource_version();
    return taken;
  } catch (const Conflict&) {
    return std::nullopt;
  } catch (const NotFound&) {
    return std::nullopt;
  }
}

void RunStore::note(const std::string& run, const std::string& holder, const std::string& key,
                    const std::string& value) const {
  retry_on_conflict([&] {
    const std::optional<RunLease> found = find_lease(run);
    if (!found || found->holder != holder) throw Error("run " + run + " is not this process's any more");
    json patch;
    patch["metadata"] = {{"resourceVersion", found->version}, {"annotations", {{key, value}}}};
    return leases_.patch(record_name(run), PatchType::merge, patch.dump());
  });
}

bool RunStore::remove_lease(const std::string& run, const std::string& holder) const {
  return retry_on_conflict([&] {  // somebody may have noted something in it
    const std::optional<RunLease> found = find_lease(run);
    if (!found) return true;
    if (found->holder != holder) return false;
    DeleteOptions as_found;
    as_found.resource_version = found->version;
    leases_.remove(record_name(run), as_found);
    return true;
  });
}

std::map<std::string, PlaneIds> RunStore::ledgers() const {
  std::map<std::string, PlaneIds> all;
  for (const Object& object : ledgers_.list(of_runs()).all()) all[label_of(object, run_label)] = read_planes(object);
  return all;
}

PlaneIds RunStore::ledger(const std::string& run) const {
  const std::optional<Object> found = ledgers_.find(record_name(run));
  return found ? read_planes(*found) : PlaneIds();
}

void RunStore::ensure_ledger(const std::string& run) const {
  const json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", metadata(run)}};
  try {
    ledgers_.create(object.dump());
  } catch (const AlreadyExists&) {
    return;
  }
}

void RunStore::add_planes(const std::string& run, const PlaneIds& planes) const { change_planes(run, planes, true); }

void RunStore::remove_planes(const std::string& run, const PlaneIds& planes) const {
  change_planes(run, planes, false);
}

void RunStore::change_planes(const std::string& run, const PlaneIds& planes, bool add) const {
  if (planes.empty()) return;
  json patch;
  for (const std::string& plane : planes) patch["data"][plane] = add ? json("") : json();
  ledgers_.patch(record_name(run), PatchType::merge, patch.dump(), repeatable());
}

void RunStore::remove_ledger(const std::string& run) const { ledgers_.remove(record_name(run)); }

std::map<std::string, std::vector<std::string>> RunStore::mailboxes(const std::set<std::string>& runs) const {
  ListOptions of_runs;
  for (const std::string& run : runs) of_runs.label_selector += (of_runs.label_selector.empty() ? "" : ",") + run;
  of_runs.label_selector = std::string(rank_label) + " in (" + of_runs.label_selector + ')';
  std::map<std::string, std::vector<std::string>> names;
  for (const Object& mailbox : ledgers_.list(of_runs).all()) {
    names[label_of(mailbox, rank_label)].emplace_back(mailbox.name());
  }
  return names;
}

void RunStore::remove_mailbox(const std::string& name) const { ledgers_.remove(name); }

std::vector<Fleet> RunStore::fleets() const {
  try {
    return client_.list_fleets();
  } catch (const NotFound&) {  // the server does not serve Fleets (yet), so there are none
    return {};
  }
}

std::string RunStore::run_of(const Fleet& fleet) const {
  const auto& labels = fleet.spec().labels;
  const auto ns = labels.find(std::string(namespace_label));
  if (ns == labels.end() || ns->second != ns_) return {};
  const auto run = labels.find(std::string(run_label));
  return run == labels.end() ? std::string() : run->second;
}

PlaneIds plane_ids(const Fleet& fleet) {
  PlaneIds ids;
  try {
    for (const Plane& plane : fleet.planes()) ids.insert(plane.cluster());
  } catch (const Error&) {  // skip members that are not planes
    for (const FleetMember& member : fleet.members()) {
      if (!member.cluster.empty()) ids.insert(member.cluster);
    }
  }
  return ids;
}

std::string record_name(const std::string& run) { return std::string(name_prefix) + run; }

std::string new_holder() {
  std::array<char, 64> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  constexpr int digits = 8;
  return std::string(host.data()) + '/' + std::to_string(::getpid()) + '/' + random_letters(digits);
}

std::string random_letters(int count) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
  std::string text;
  for (int i = 0; i < count; ++i) text += letters[any(random)];
  return text;
}

}  // namespace kplane::rl
