// The calls, one by one, and what each says of the model.
#include "chaos/program.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include <kplane/rl/recording.hpp>

#include "chaos/insist.hpp"
#include "chaos/perturbation.hpp"
#include "chaos/planted_secrets.hpp"

namespace kplane::tests {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* account_name = "list";

Fate fate_after(const Error& error) {
  const auto* answer = dynamic_cast<const ApiError*>(&error);
  if (answer != nullptr && answer->status() < 500) return answer->after_lost_answer() ? Fate::unknown : Fate::not_done;
  const bool was_sent =
      dynamic_cast<const ConfigError*>(&error) == nullptr && dynamic_cast<const CredentialError*>(&error) == nullptr;
  return was_sent ? Fate::unknown : Fate::not_done;
}

/// @param name empty: a generated one
std::string config_map(const std::string& name, const std::string& value, const std::string& version = {}) {
  std::string metadata = name.empty() ? R"("generateName":"g-")" : R"("name":")" + name + '"';
  if (!version.empty()) metadata += R"(,"resourceVersion":")" + version + '"';
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{)" + metadata + R"(},"data":{"value":")" + value +
         R"("}})";
}

std::string secret(const std::string& name) {
  return R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":")" + name + R"("},"data":{"key":")" +
         std::string(planted::secret_data) + R"("}})";
}

std::string appending_patch(const std::string& value) {
  return R"([{"op":"add","path":"/secrets/-","value":{"name":")" + value + R"("}}])";
}

bool says_too_many_files(const Error& error) {
  return std::string_view(error.what()).find("too many open files") != std::string_view::npos;
}

SeenObjects seen_in(const Snapshot& state, const std::string& cluster) {
  SeenObjects seen;
  seen.appended.emplace();
  if (const SnapshotResource* maps = state.by_resource("configmaps")) {
    for (const Object& object : maps->items) seen.add_config_map(object, cluster);
  }
  if (const SnapshotResource* accounts = state.by_resource("serviceaccounts")) {
    for (const Object& object : accounts->items) {
      if (object.name() == account_name) seen.add_account(object, cluster);
    }
  }
  return seen;
}

}  // namespace

Program::Program(FaultProxy& proxy, Client client, Client direct, Findings& findings, ProgramOptions options)
    : proxy_(proxy),
      client_(std::move(client)),
      direct_(std::move(direct)),
      findings_(findings),
      options_(std::move(options)),
      random_(options_.seed) {
  for (int i = 0; i < options_.planes; ++i) {
    const Plane plane = client_.plane(options_.name + "-p" + std::to_string(i));
    subjects_.push_back({plane, plane.resource("v1", "configmaps").in("default"),
                         plane.resource("v1", "serviceaccounts").in("default"), PlaneModel(plane.cluster())});
  }
  recorder_.emplace(options_.recording, rl::RecorderOptions{.history_bytes = std::size_t{1} << 20U});
  begin_on_other_server(direct_);
}

void Program::begin_on_other_server(Client direct) {
  direct_ = std::move(direct);
  for (Subject& subject : subjects_) {
    const Plane plane = direct_.plane(subject.plane.cluster());
    insist([&] { plane.wait_until_ready(); });
    subject.model.clear();
    make_account(subject);
    make_baseline(subject);
  }
}

/// A restore has objects to create and to replace then.
void Program::make_baseline(Subject& subject) {
  const Plane plane = direct_.plane(subject.plane.cluster());
  for (const char* name : {"c-0", "c-1"}) {
    const std::string value = new_value(subject);
    insist([&] { plane.resource("v1", "configmaps").in("default").apply(config_map(name, value)); });
    subject.model.write(name, value, Fate::done);
  }
  std::this_thread::sleep_for(options_.state_lag);
  subject.baseline = insist([&] { return plane.baseline({.quiet = milliseconds{0}}); });
  subject.at_baseline = seen_directly(subject);
}

std::vector<Resource> Program::watched() const {
  std::vector<Resource> maps;
  for (const Subject& subject : subjects_) maps.push_back(subject.maps);
  return maps;
}

std::vector<Resource> Program::direct_maps() const {
  std::vector<Resource> maps;
  for (const Subject& subject : subjects_) {
    maps.push_back(direct_.plane(subject.plane.cluster()).resource("v1", "configmaps").in("default"));
  }
  return maps;
}

void Program::run(int steps) {
  for (int i = 0; i < steps; ++i) step();
}

void Program::step() {
  std::this_thread::sleep_for(options_.state_lag);  // what the last step wrote is in every state from now on
  Subject& subject = subjects_[draw(subjects_.size())];
  using Call = void (Program::*)(Subject&);
  static constexpr std::array<Call, 27> calls = {&Program::create,
                                                 &Program::create,
                                                 &Program::create_secret,
                                                 &Program::create_generated,
                                                 &Program::create_generated,
                                                 &Program::append,
                                                 &Program::append,
                                                 &Program::append,
                                                 &Program::patch,
                                                 &Program::patch,
                                                 &Program::patch,
                                                 &Program::apply,
                                                 &Program::apply,
                                                 &Program::replace,
                                                 &Program::replace,
                                                 &Program::remove,
                                                 &Program::remove,
                                                 &Program::remove_all,
                                                 &Program::get,
                                                 &Program::list,
                                                 &Program::state,
                                                 &Program::settled_state,
                                                 &Program::restore,
                                                 &Program::apply_manifests,
                                                 &Program::remove_manifests,
                                                 &Program::wait_for,
                                                 &Program::watch};
  const std::uint64_t drawn = draw(calls.size() + 4);
  if (drawn < calls.size()) return (this->*calls[drawn])(subject);
  if (drawn < calls.size() + 2) return batch();
  if (drawn == calls.size() + 2) return pool();
  fleet();
}

template <class Call>
Fate Program::attempt(const std::string& operation, milliseconds limit, Call&& call) {
  for (const Subject& subject : subjects_) proxy_.begin_operation(subject.plane.cluster(), operation);
  perturb(options_.perturbs);
  const std::uint64_t disturbances = proxy_.disturbances();
  Fate fate = Fate::done;
  last_error_.reset();
  const auto begun = steady_clock::now();
  try {
    call();
  } catch (const Error& error) {
    fate = fate_after(error);
    last_error_ = error.share();
    findings_.add_shown(error, operation);
  } catch (const std::exception& error) {
    fate = Fate::unknown;
    problem(operation, std::string("threw what is no kplane::Error: ") + error.what());
  }
  const auto elapsed = steady_clock::now() - begun;
  findings_.add_call(operation, fate, std::chrono::duration_cast<std::chrono::microseconds>(elapsed - limit));
  settle();
  explain(operation, fate);
  disturbances_before_ = disturbances;
  return fate;
}

// The last call counts, too: a connection may end just when the next request is sent on it.
void Program::explain(const std::string& operation, Fate fate) {
  const bool may_fail = options_.is_limited || proxy_.is_disturbed() || proxy_.disturbances() != disturbances_before_ ||
                        failed_with<TimeoutError>();
  const bool has_no_fault = failed_with<ConfigError>() || failed_with<CredentialError>() || failed_with<Unauthorized>();
  if (!last_error_ || (!has_no_fault && (fate != Fate::unknown || may_fail))) return;
  problem(operation, std::string("failed although there was no fault: ") + last_error_->what());
}

void Program::settle() {
  for (const Subject& subject : subjects_) proxy_.settle(subject.plane.cluster());
}

void Program::create(Subject& subject) {
  const std::string name = drawn_name();
  const std::string value = new_value(subject);
  const Fate fate = attempt("create", options_.timeout, [&] { subject.maps.create(config_map(name, value)); });
  if (fate == Fate::done && !subject.model.may_be_absent(name)) problem("create", name + " existed already");
  if (failed_with<AlreadyExists>() && !subject.model.may_exist(name)) problem("create", name + " did not exist");
  if (subject.model.may_be_absent(name)) subject.model.write(name, value, fate);
}

void Program::create_secret(Subject& subject) {
  const Resource secrets = subject.plane.resource("v1", "secrets").in("default");
  const std::string name = "s-" + std::to_string(draw(3));
  if (draw(2) == 0) {
    attempt("create", options_.timeout, [&] { secrets.create(secret(name)); });
  } else {
    attempt("delete", options_.timeout, [&] { secrets.remove(name); });
  }
}

void Program::create_generated(Subject& subject) {
  const std::string value = new_value(subject);
  const Fate fate = attempt("create", options_.timeout, [&] { subject.maps.create(config_map({}, value)); });
  subject.model.generate(value, fate);
}

void Program::append(Subject& subject) {
  const std::string value = new_value(subject);
  const Fate fate = attempt("patch", options_.timeout,
                            [&] { subject.accounts.patch(account_name, PatchType::json, appending_patch(value)); });
  if (failed_with<NotFound>()) problem("patch", "the list is lost");
  subject.model.append(value, fate);
}

void Program::patch(Subject& subject) {
  const std::string name = drawn_name();
  const std::string value = new_value(subject);
  const PatchOptions options{.idempotent = draw(2) == 0};
  const bool is_json = draw(3) == 0;
  const PatchType type = is_json ? PatchType::json : draw(2) == 0 ? PatchType::merge : PatchType::strategic;
  const std::string text = is_json ? R"([{"op":"replace","path":"/data/value","value":")" + value + R"("}])"
                                   : R"({"data":{"value":")" + value + R"("}})";
  const Fate fate = attempt("patch", options_.timeout, [&] { subject.maps.patch(name, type, text, options); });
  if (fate == Fate::done && !subject.model.may_exist(name)) problem("patch", name + " did not exist");
  if (failed_with<NotFound>() && !subject.model.may_be_absent(name)) problem("patch", name + " is lost");
  subject.model.change(name, value, fate);
}

void Program::apply(Subject& subject) {
  const std::string name = drawn_name();
  const std::string value = new_value(subject);
  const Fate fate =
      attempt("apply", options_.timeout, [&] { subject.maps.apply(config_map(name, value), {.force = true}); });
  subject.model.write(name, value, fate);
}

void Program::replace(Subject& subject) {
  const std::string name = drawn_name();
  const Resource direct = direct_.plane(subject.plane.cluster()).resource("v1", "configmaps").in("default");
  const std::optional<Object> current = insist([&] { return direct.find(name); });
  if (!current) return;
  const std::string value = new_value(subject);
  const std::string text = config_map(name, value, draw(2) == 0 ? std::string(current->resource_version()) : "");
  const Fate fate = attempt("replace", options_.timeout, [&] { subject.maps.replace(text); });
  if (fate == Fate::not_done && failed_with<Conflict>()) problem("replace", name + " was changed by nobody");
  if (failed_with<NotFound>() && !subject.model.may_be_absent(name)) problem("replace", name + " is lost");
  subject.model.write(name, value, fate);
}

void Program::remove(Subject& subject) {
  const std::string name = drawn_name();
  Removal removal;
  const Fate fate = attempt("delete", options_.timeout, [&] { removal = subject.maps.remove(name); });
  if (fate == Fate::done && !removal.existed() && !subject.model.may_be_absent(name)) {
    problem("delete", name + " was lost before");
  }
  subject.model.write(name, std::nullopt, fate);
}

void Program::remove_all(Subject& subject) {
  const Fate fate = attempt("delete all", options_.timeout, [&] {
    subject.maps.remove_collection({.field_selector = "metadata.name!=kube-root-ca.crt"});
  });
  subject.model.remove_all(fate);
}

void Program::get(Subject& subject) {
  const std::string name = drawn_name();
  std::optional<Object> found;
  const Fate fate = attempt("get", options_.timeout, [&] { found = subject.maps.find(name); });
  if (fate != Fate::done) return;
  const Value value = found ? found->get<std::string>("/data/value") : std::nullopt;
  findings_.add_problems(subject.model.check(name, value), "get");
}

void Program::list(Subject& subject) {
  SeenObjects seen;
  constexpr std::array<std::int64_t, 3> limits = {0, 3, 500};
  const std::int64_t limit = limits[draw(limits.size())];
  constexpr int most_pages = 20;  // each has its time
  const Fate fate = attempt("list", (limit == 3 ? most_pages : 1) * options_.timeout, [&] {
    for (const Object& object : subject.maps.list({.limit = limit})) {
      seen.add_config_map(object, subject.plane.cluster());
    }
  });
  if (fate == Fate::done) findings_.add_problems(subject.model.check(seen), "list");
}

void Program::state(Subject& subject) {
  Snapshot state;
  const Fate fate = attempt("state", options_.timeout, [&] { state = subject.plane.state(state_options()); });
  if (fate == Fate::done) check_state(subject, state, "state");
}

void Program::settled_state(Subject& subject) {
  const WriteLog log;
  const Plane logged = subject.plane.logged(log);
  const std::string name = drawn_name();
  const std::string value = new_value(subject);
  const Fate written = attempt("apply", options_.timeout, [&] {
    logged.resource("v1", "configmaps").in("default").apply(config_map(name, value), {.force = true});
  });
  subject.model.write(name, value, written);
  Snapshot state;
  // The last read may add a second.
  const Fate fate = attempt("settled_state", options_.timeout + milliseconds{1000},
                            [&] { state = subject.plane.settled_state(log, {.state = state_options()}); });
  if (fate == Fate::done) check_state(subject, state, "settled_state");
}

void Program::batch() {
  Vector<StateResult> results;
  const std::size_t threads = 1 + draw(3);
  attempt("batch", 2 * options_.timeout, [&] {
    results = client_.states(planes(), state_options(), {.timeout = 2 * options_.timeout, .threads = threads});
  });
  if (is_without_files()) return;
  if (results.size() != subjects_.size()) return problem("batch", "a plane has no result");
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].cluster() != subjects_[i].plane.cluster()) problem("batch", "the results are mixed up");
    if (results[i]) {
      check_state(subjects_[i], *results[i], "batch");
    } else {
      findings_.add_shown(results[i].error(), "batch");
    }
  }
}

void Program::apply_manifests(Subject& subject) {
  std::array<std::string, 3> values;
  Manifests set;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = new_value(subject);
    set.add(config_map("c-" + std::to_string(i), values[i]));
  }
  set.add(secret("s-0"));
  std::optional<ManifestResults> results;
  attempt("apply set", 3 * options_.timeout,
          [&] { results = subject.plane.apply(set, {.force = true, .timeout = 3 * options_.timeout}); });
  if (!results && !is_without_files()) return problem("apply set", "no results");
  if (results) add_shown(*results, "apply set");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& error = results ? (*results)[i].error : last_error_;
    subject.model.write("c-" + std::to_string(i), values[i], error ? fate_after(*error) : Fate::done);
  }
}

void Program::remove_manifests(Subject& subject) {
  Manifests set;
  for (int i = 0; i < 3; ++i) set.add(config_map("c-" + std::to_string(i), "any"));
  std::optional<ManifestResults> results;
  attempt("remove set", 3 * options_.timeout, [&] {
    results = subject.plane.remove(set, {.timeout = 3 * options_.timeout, .controller_wait = milliseconds{0}});
  });
  if (!results && !is_without_files()) return problem("remove set", "no results");
  if (results) add_shown(*results, "remove set");
  for (std::size_t i = 0; i < set.size(); ++i) {
    const std::string name = "c-" + std::to_string(i);
    if (results && (*results)[i].outcome == ManifestOutcome::absent && !subject.model.may_be_absent(name)) {
      problem("remove set", name + " was lost before");
    }
    const auto& error = results ? (*results)[i].error : last_error_;
    subject.model.write(name, std::nullopt, error ? fate_after(*error) : Fate::done);
  }
}

void Program::wait_for(Subject& subject) {
  const std::string name = drawn_name();
  look(subject, "wait_for");
  const bool exists = subject.model.may_exist(name);
  std::optional<Object> found;
  const milliseconds limit = options_.timeout + milliseconds{1000};  // the last read may add a second
  const Fate fate = attempt("wait_for", limit, [&] {
    found = subject.maps.wait_for(name, exists ? conditions::exists() : conditions::gone(), options_.timeout);
  });
  if (fate == Fate::done && found.has_value() != exists) problem("wait_for", name + ": the opposite was waited for");
  if (found && found->name() != name) problem("wait_for", name + ": another object came");
  if (found) findings_.add_problems(subject.model.check(name, found->get<std::string>("/data/value")), "wait_for");
  const Fate never = attempt("wait_for", milliseconds{1050}, [&] {
    subject.maps.wait_for(name, conditions::field("/data/value", "never"), milliseconds{50});
  });
  if (never == Fate::done) problem("wait_for", name + " has a value that was never written");
}

/// From the start: whatever it reports by its time is what the model knows, since nobody writes meanwhile.
void Program::watch(Subject& subject) {
  const milliseconds limit{10 + draw(100)};
  attempt("watch", limit + milliseconds{1000}, [&] {  // a list has a second at least
    subject.maps.watch(
        [&](const WatchEvent& event) {
          SeenObjects seen;
          seen.add_config_map(event.object, subject.plane.cluster());
          if (!seen.strangers.empty()) problem("watch", "of another plane: " + seen.strangers.front());
          for (const auto& [name, value] : seen.values) {
            findings_.add_problems(subject.model.check(name, value), "watch");
          }
          if (event.type != WatchEventType::added) problem("watch", "something that is there was not added");
          return true;
        },
        {.timeout = limit});
  });
}

void Program::restore(Subject& subject) {
  std::optional<RestoreResult> result;
  const milliseconds limit = 10 * options_.timeout;
  const Fate fate = attempt("restore", limit, [&] {
    const RestoreOptions options{.timeout = limit};
    result = client_.restore({subject.plane}, *subject.baseline, options)[0];
    result->raise_if_failed();
  });
  const SeenObjects left = seen_directly(subject);
  if (fate == Fate::done) {
    take_up(subject, subject.at_baseline);
    findings_.add_problems(subject.model.check(left), "restore");
    return;
  }
  // Which of its requests were carried out is not known: each object is as it was, as it is to be, or on the way.
  for (const auto& [name, value] : left.values) {
    const auto wanted = subject.at_baseline.values.find(name);
    const bool is_restored = wanted != subject.at_baseline.values.end() && wanted->second == value;
    if (!is_restored && !subject.model.may_be(name, value)) problem("restore", name + " became " + value);
  }
  take_up(subject, left);
  make_account(subject);
}

/// From now on, that is what is there.
void Program::take_up(Subject& subject, const SeenObjects& left) {
  subject.model.clear();
  for (const auto& [name, value] : left.values) subject.model.write(name, value, Fate::done);
  for (const auto& [value, count] : left.generated) subject.model.generate(value, Fate::done);
  for (const std::string& value : left.appended.value_or(std::vector<std::string>{})) {
    subject.model.append(value, Fate::done);
  }
}

void Program::pool() {
  std::optional<rl::PlanePool> made;
  try {
    insist([&] { made.emplace(client_, planes(), rl::PlanePoolOptions{.state = state_options()}); });
  } catch (const TransportError& error) {
    // With few files, idle connections of the Client may hold those that it needs.
    if (!says_too_many_files(error)) throw;
    return findings_.add_shown(error, "PlanePool");
  }
  proxy_.begin_operation("root", "PlanePool");
  for (const Subject& subject : subjects_) proxy_.begin_operation(subject.plane.cluster(), "PlanePool");
  std::vector<std::vector<Sent>> sent(subjects_.size());
  rl::PlanePool& pool = *made;
  constexpr int rounds = 3;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < subjects_.size(); ++i) send(pool, i, sent[i]);
  }
  // Of each send: at most two requests, and a settled state, which may take a second longer.
  const milliseconds limit = rounds * (3 * options_.timeout + milliseconds{1000});
  const auto begun = steady_clock::now();
  std::vector<std::size_t> received(subjects_.size());
  while (pool.pending() > 0) {
    for (const rl::Observation& observation : pool.recv(1, limit)) {
      perturb(options_.perturbs);
      receive(observation, sent[observation.index][received[observation.index]++]);
      record(observation);
    }
    if (steady_clock::now() - begun > 10 * limit) return problem("PlanePool", "a send has no observation");
  }
  findings_.add_call("PlanePool", Fate::done,
                     std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun - limit));
  settle();
  proxy_.begin_operation("root", "Fleet");
}

void Program::send(rl::PlanePool& pool, std::size_t index, std::vector<Sent>& sent) {
  Subject& subject = subjects_[index];
  Sent next;
  switch (draw(3)) {
    case 0:
      next.appended = new_value(subject);
      next.name = "c-" + std::to_string(sent.size());  // no other send's: one that failed may be carried out late
      next.value = new_value(subject);
      pool.send(index, {subject.accounts.patch_request(account_name, PatchType::json, appending_patch(next.appended)),
                        subject.maps.apply_request(config_map(next.name, next.value), {.force = true})});
      break;
    case 1:
      next.appended = new_value(subject);
      next.by_function = std::make_shared<Fate>(Fate::not_done);
      pool.send(index, [value = next.appended, fate = next.by_function](const Plane& plane) {
        *fate = Fate::unknown;
        const Resource accounts = plane.resource("v1", "serviceaccounts").in("default");
        try {
          accounts.patch(account_name, PatchType::json, appending_patch(value));
          *fate = Fate::done;
        } catch (const Error& error) {
          *fate = fate_after(error);
          throw;
        }
      });
      break;
    default:
      pool.send(index);
  }
  sent.push_back(std::move(next));
}

void Program::receive(const rl::Observation& observation, const Sent& sent) {
  Subject& subject = subjects_[observation.index];
  const auto fate_of = [&](std::size_t request) {
    if (request >= observation.responses.size()) return Fate::not_done;  // it was not sent
    const ResponseResult& result = observation.responses[request];
    if (!result) {
      findings_.add_shown(result.error(), "PlanePool");
      return fate_after(result.error());
    }
    // Responses are passed on as they came, and a login page is one too.
    return result->header("Content-Type").value_or("").find("json") == std::string::npos ? Fate::unknown : Fate::done;
  };
  if (sent.by_function) {
    subject.model.append(sent.appended, *sent.by_function);
  } else if (!sent.appended.empty()) {
    subject.model.append(sent.appended, fate_of(0));
    subject.model.write(sent.name, sent.value, fate_of(1));
  }
  try {
    if (observation.failure) std::rethrow_exception(observation.failure);
  } catch (const Error& error) {
    findings_.add_shown(error, "PlanePool");
  } catch (const std::exception& error) {
    problem("PlanePool", std::string("failed with what is no kplane::Error: ") + error.what());
  }
  if (observation.state.cluster() != subject.plane.cluster()) problem("PlanePool", "the observations are mixed up");
  if (!observation.state) return findings_.add_shown(observation.state.error(), "PlanePool");
  check_state_meanwhile(subject, *observation.state);
}

void Program::record(const rl::Observation& observation) {
  if (!observation.state) return;
  const std::string action = '"' + std::to_string(recorded_.size()) + '"';
  const auto step = static_cast<std::int64_t>(recorded_.size());
  recorder_->append(
      {.step = step, .plane = observation.state.cluster(), .action = action, .state = *observation.state});
  const std::string& cluster = observation.state.cluster();
  recorded_.push_back({cluster, action, seen_in(*observation.state, cluster)});
}

void Program::fleet() {
  const std::string name = "fleet-" + options_.name;
  std::optional<Fleet> fleet;
  // Where the answer is lost, looking for what was made may add a second.
  const Fate created = attempt("Fleet", options_.timeout + milliseconds{1000}, [&] {
    fleet = client_.create_fleet(name, {.replicas = 2, .labels = {{"program", options_.name}}});
  });
  proxy_.settle("root");  // an earlier attempt may be carried out after the one that was answered
  Fate removed = Fate::unknown;
  if (fleet) {
    use_fleet(*fleet);
    removed = attempt("Fleet", options_.timeout, [&] { fleet->remove(); });
  }
  proxy_.settle("root");
  const std::optional<Fleet> left = insist([&] { return direct_.find_fleet(name); });
  if (!left) return;
  if (removed == Fate::done) problem("Fleet", "it is there after it was removed");
  if (created == Fate::not_done) problem("Fleet", "it is there although it was not created");
  insist([&] { left->remove(); });
}

void Program::use_fleet(Fleet& fleet) {
  const milliseconds limit = 4 * options_.timeout;
  attempt("Fleet", limit + milliseconds{1000}, [&] { fleet.wait_until_ready(limit); });
  const Vector<Plane> members = fleet.planes();
  if (members.size() != 2) problem("Fleet", "it has " + std::to_string(members.size()) + " planes");
  Vector<StateResult> results;
  attempt("Fleet", limit, [&] { results = fleet.states(state_options(), {.timeout = limit}); });
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) findings_.add_shown(results[i].error(), "Fleet");
    if (results[i].cluster() != members[i].cluster()) problem("Fleet", "the results are mixed up");
    if (results[i] && results[i]->cluster != members[i].cluster()) problem("Fleet", "a state of another plane");
  }
  const Fate scaled = attempt("Fleet", options_.timeout, [&] { fleet.scale(1); });
  if (scaled == Fate::done && fleet.spec().replicas != 1) problem("Fleet", "it was not scaled");
}

void Program::verify() {
  for (Subject& subject : subjects_) {
    look(subject, "verify");
    // With few descriptors, what others hold has to be closed first.
    Fate fate = Fate::unknown;
    for (int i = 0; i < 1000 && fate != Fate::done; ++i) {
      fate = attempt("state", std::chrono::minutes{1}, [&] {
        check_state(subject, subject.plane.state({.timeout = std::chrono::minutes{1}}), "the last state");
      });
    }
    if (fate != Fate::done) problem("the last state", last_error_ ? last_error_->what() : "no error");
    if (!options_.is_limited) call_once_more(subject);
  }
  verify_recording();
}

/// Without faults, no call may fail.
void Program::call_once_more(Subject& subject) {
  const auto expect_done = [&](const std::string& operation, Fate fate) {
    if (fate != Fate::done)
      problem(operation, std::string("failed at the end: ") + (last_error_ ? last_error_->what() : ""));
  };
  const std::chrono::milliseconds limit = std::chrono::minutes{1};
  const std::string value = new_value(subject);
  expect_done("apply", attempt("apply", limit, [&] {
                subject.maps.apply(config_map("c-0", value), {.force = true, .timeout = limit});
              }));
  subject.model.write("c-0", value, Fate::done);
  std::optional<Object> found;
  expect_done("wait_for", attempt("wait_for", limit, [&] {
                found = subject.maps.wait_for("c-0", conditions::field("/data/value", value), limit);
              }));
  if (found && found->name() != "c-0") problem("wait_for", "another object came");
  expect_done("restore", attempt("restore", limit, [&] {
                client_
                    .restore({subject.plane}, *subject.baseline, {.quiet = 4 * options_.state_lag, .timeout = limit})[0]
                    .raise_if_failed();
              }));
  take_up(subject, subject.at_baseline);
  look(subject, "the last restore");
}

void Program::verify_recording() {
  recorder_->close();
  const rl::Recording recording(options_.recording);
  if (recording.size() != recorded_.size()) problem("Recorder", "it has not the steps that were recorded");
  for (std::size_t i = 0; i < std::min(recording.size(), recorded_.size()); ++i) {
    const rl::Step step = recording.step(i);
    const RecordedStep& recorded = recorded_[i];
    const SeenObjects seen = seen_in(step.state, recorded.plane);
    if (step.plane != recorded.plane || step.action != recorded.action || step.state.cluster != recorded.plane ||
        seen.values != recorded.seen.values || seen.generated != recorded.seen.generated ||
        seen.appended != recorded.seen.appended) {
      problem("Recorder", "step " + std::to_string(i) + " is another one");
    }
    findings_.add_shown(step.state.raw(), "a recorded state");
  }
}

void Program::make_account(Subject& subject) {
  const Resource accounts = direct_.plane(subject.plane.cluster()).resource("v1", "serviceaccounts").in("default");
  if (insist([&] { return accounts.find(account_name); })) return;
  const std::string value = new_value(subject);
  // Applied, since the server may be restarting: a create is not retried then.
  const std::string account =
      R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"list"},"secrets":[{"name":")" + value +
      R"("}]})";
  insist([&] { accounts.apply(account); });
  subject.model.append(value, Fate::done);
}

SeenObjects Program::seen_directly(const Subject& subject) const {
  const Plane plane = direct_.plane(subject.plane.cluster());
  return insist([&] {
    SeenObjects seen;
    for (const Object& object : plane.resource("v1", "configmaps").in("default").list()) {
      seen.add_config_map(object, subject.plane.cluster());
    }
    seen.appended.emplace();
    const std::optional<Object> account = plane.resource("v1", "serviceaccounts").in("default").find(account_name);
    if (account) seen.add_account(*account, subject.plane.cluster());
    return seen;
  });
}

void Program::look(Subject& subject, const char* why) {
  const SeenObjects seen = seen_directly(subject);
  findings_.add_problems(subject.model.check(seen), why);
}

void Program::check_state(Subject& subject, const Snapshot& state, const std::string& operation) {
  if (state.cluster != subject.plane.cluster()) problem(operation, "a state of another plane");
  findings_.add_problems(subject.model.check(seen_in(state, subject.plane.cluster())), operation);
}

void Program::check_state_meanwhile(const Subject& subject, const Snapshot& state) {
  if (state.cluster != subject.plane.cluster()) problem("PlanePool", "a state of another plane");
  PlaneModel model = subject.model;
  findings_.add_problems(model.check(seen_in(state, subject.plane.cluster())), "PlanePool");
}

std::vector<Plane> Program::planes() const {
  std::vector<Plane> planes;
  for (const Subject& subject : subjects_) planes.push_back(subject.plane);
  return planes;
}

StateOptions Program::state_options() const {
  return {.resources = {"configmaps", "secrets", "serviceaccounts"}, .timeout = options_.timeout};
}

std::string Program::new_value(const Subject& subject) {
  return subject.plane.cluster() + "." + std::to_string(++values_);
}

bool Program::is_without_files() const { return last_error_ != nullptr && says_too_many_files(*last_error_); }

void Program::add_shown(const ManifestResults& results, const std::string& operation) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ManifestResult& result = results[i];
    if (result.error) findings_.add_shown(*result.error, operation);
  }
}

void Program::problem(const std::string& operation, const std::string& text) {
  findings_.add_problem(operation + ": " + options_.name + ": " + text);
}

}  // namespace kplane::tests
