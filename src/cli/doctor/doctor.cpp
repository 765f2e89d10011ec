#include "cli/doctor/doctor.hpp"

#include <array>
#include <exception>
#include <optional>
#include <utility>

#include <kplane/error.hpp>

#include "cli/doctor/checks.hpp"

namespace kplane::cli {

namespace {

/// What must have worked before a check is worth its time.
enum class Needs { nothing, connection, authentication };

struct Check {
  const char* name;
  Needs needs;
  Finding (*run)(Examination& examination);
};

constexpr std::array<Check, 18> all_checks = {{
    {"proxy", Needs::nothing, &check_proxy},
    {"address", Needs::nothing, &check_address},
    {"tls", Needs::connection, &check_tls},
    {"credentials", Needs::connection, &check_credentials},
    {"ready", Needs::authentication, &check_ready},
    {"version", Needs::authentication, &check_version},
    {"clock", Needs::authentication, &check_clock},
    {"openapi", Needs::connection, &check_openapi},
    {"root", Needs::authentication, &check_root},
    {"fleets", Needs::authentication, &check_fleets},
    {"plane", Needs::authentication, &check_plane},
    {"state", Needs::authentication, &check_state},
    {"informers", Needs::authentication, &check_informers},
    {"rights", Needs::authentication, &check_rights},
    {"roles", Needs::authentication, &check_roles},
    {"controllers", Needs::authentication, &check_controllers},
    {"runs", Needs::authentication, &check_runs},
    {"speed", Needs::authentication, &check_speed},
}};
constexpr const char first_check[] = "settings";

Finding run(const Check& check, Examination& examination) {
  if (check.needs != Needs::nothing && !examination.is_reachable) return skipped("the server cannot be reached");
  if (check.needs == Needs::authentication && !examination.is_authenticated)
    return skipped("the server has not accepted the credentials");
  examination.begin_check();
  try {
    return check.run(examination);
  } catch (const StoppedError&) {
    throw;
  } catch (const Error& error) {
    return failure_from(error);
  } catch (const std::exception& error) {
    return failure(error.what(), {});
  }
}

class Report {
 public:
  explicit Report(const DoctorListener& listener) : listener_(listener) {}

  template <class Function>
  void add(const char* name, Function&& function) {
    if (listener_.begins) listener_.begins(name);
    const auto begin = std::chrono::steady_clock::now();
    CheckResult result{name, function(), {}};
    result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (listener_.ends) listener_.ends(result);
    results_.push_back(std::move(result));
  }

  [[nodiscard]] std::vector<CheckResult> take() { return std::move(results_); }

 private:
  const DoctorListener& listener_;
  std::vector<CheckResult> results_;
};

Finding look_at_settings(std::optional<Examination>& examination, const Session& session,
                         const DoctorOptions& options) {
  try {
    examination.emplace(session, options.plane, options.deadline);
    return ok(examination->root().base_url(), {{"server", examination->root().base_url()}});
  } catch (const ConfigError& error) {
    return failure(error.what(),
                   "set KPLANE_HOST and KPLANE_TOKEN, or use a kubeconfig (KUBECONFIG, --kubeconfig) or --server");
  }
}

}  // namespace

std::vector<CheckResult> examine(const Session& session, const DoctorOptions& options, const DoctorListener& listener) {
  Report report(listener);
  std::optional<Examination> examination;
  report.add(first_check, [&] { return look_at_settings(examination, session, options); });
  for (const Check& check : all_checks)
    report.add(check.name, [&] { return examination ? run(check, *examination) : skipped("the settings are wrong"); });
  return report.take();
}

std::vector<std::string> check_names() {
  std::vector<std::string> names = {first_check};
  for (const Check& check : all_checks) names.emplace_back(check.name);
  return names;
}

}  // namespace kplane::cli
