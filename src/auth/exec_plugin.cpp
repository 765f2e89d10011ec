#include "auth/exec_plugin.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include <kplane/error.hpp>

#include "auth/child_process.hpp"
#include "auth/exec_credential.hpp"
#include "base/clock.hpp"
#include "base/excerpt.hpp"
#include "base/open_files.hpp"
#include "http/request_secrets.hpp"

namespace kplane::auth {

std::string name_of(const ExecPlugin& plugin) {
  return "exec plugin " + detail::excerpt(plugin.arguments.front()) + " (" + plugin.origin + ')';
}

namespace {

using End = ChildResult::End;

constexpr std::size_t most_output = std::size_t{1024} * 1024;
constexpr std::size_t most_errors = std::size_t{4} * 1024;
constexpr std::size_t most_shown_errors = 500;

using Variables = std::map<std::string, std::string, std::less<>>;

void set(Variables& variables, std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals != std::string_view::npos)
    variables.insert_or_assign(std::string(line.substr(0, equals)), line.substr(equals + 1));
}

/// This process's environment without this library's own token, plus the configured variables and KUBERNETES_EXEC_INFO.
std::vector<std::string> environment_for(const ExecPlugin& plugin) {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) set(variables, *entry);
  variables.erase("KPLANE_TOKEN");
  for (const std::string& line : plugin.environment) set(variables, line);
  variables.insert_or_assign("KUBERNETES_EXEC_INFO", plugin.exec_info);
  std::vector<std::string> lines;
  lines.reserve(variables.size());
  for (const auto& [name, value] : variables) lines.emplace_back(name).append("=").append(value);
  return lines;
}

/// The end of the plugin's error output, without the secrets it was given and without JSON objects, which may be or
/// contain the credential.
std::string shown_errors(const ExecPlugin& plugin, const std::string& errors) {
  detail::Secrets secrets;
  for (const std::string& line : plugin.environment) {
    const std::size_t equals = std::min(line.find('='), line.size());
    http::add_named(secrets, std::string_view(line).substr(0, equals),
                    std::string_view(line).substr(std::min(equals + 1, line.size())));
  }
  for (std::size_t i = 1; i < plugin.arguments.size(); ++i) {
    const std::string& argument = plugin.arguments[i];
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) http::add_named(secrets, argument.substr(0, equals), argument.substr(equals + 1));
    if (equals == std::string::npos && i + 1 < plugin.arguments.size())
      http::add_named(secrets, argument, plugin.arguments[i + 1]);
  }
  const std::string blotted = secrets.blotted(errors);
  const std::string_view shown = detail::prose(blotted);
  const std::size_t skipped = shown.size() - std::min(shown.size(), most_shown_errors);
  return detail::excerpt(shown.substr(skipped), most_shown_errors);
}

/// The end of the plugin's error output, and its install hint: for the end of an error message.
std::string help_of(const ExecPlugin& plugin, const std::string& errors) {
  std::string help;
  const std::string shown = shown_errors(plugin, errors);
  if (!shown.empty()) help += ": " + shown;
  if (!plugin.install_hint.empty()) help += "; " + detail::excerpt(plugin.install_hint, most_shown_errors);
  return help;
}

[[noreturn]] void fail(const ExecPlugin& plugin, const std::string& why, const std::string& errors) {
  throw CredentialError(name_of(plugin) + ' ' + why + help_of(plugin, errors));
}

ChildResult start(const ExecPlugin& plugin, const http::WaitLimits& limits) {
  try {
    return run_child({plugin.arguments, environment_for(plugin), most_output, most_errors}, limits);
  } catch (const NotInPath&) {
    fail(plugin, "could not be started: it is not in PATH", {});
  } catch (const std::system_error& error) {
    fail(plugin, "could not be started: " + detail::system_error_text(error.code().value()), {});
  }
}

/// Decided by which deadline was earlier, not by the clock: ending the program may have taken so long that both have
/// passed.
[[noreturn]] void out_of_time(const ExecPlugin& plugin, bool is_plugins_fault, const std::string& errors) {
  if (!is_plugins_fault) {
    throw TimeoutError(name_of(plugin) + " was still running when the request's deadline passed");
  }
  fail(plugin, "took longer than " + std::to_string(plugin.timeout.count()) + " ms", errors);
}

}  // namespace

ExecCredential run_plugin(const ExecPlugin& plugin, const http::WaitLimits& limits) {
  const detail::TimePoint own_deadline = detail::deadline_after(std::chrono::steady_clock::now(), plugin.timeout);
  const ChildResult result = start(plugin, {std::min(limits.deadline, own_deadline), limits.stops, limits.idle_work});
  switch (result.end) {
    case End::stopped:
      throw StoppedError(name_of(plugin) + ": a stop was requested");
    case End::out_of_time:
      out_of_time(plugin, own_deadline < limits.deadline, result.errors);
    case End::too_much_output:
      fail(plugin, "wrote more than " + std::to_string(most_output) + " bytes", result.errors);
    case End::signaled:
      fail(plugin, "was killed by signal " + std::to_string(result.code), result.errors);
    case End::exited:
      break;
  }
  if (result.code != 0) fail(plugin, "exited with status " + std::to_string(result.code), result.errors);
  try {
    return read_exec_credential(result.output, plugin.api_version, name_of(plugin));
  } catch (const CredentialError& error) {
    throw CredentialError(error.what() + help_of(plugin, result.errors));
  }
}

}  // namespace kplane::auth
