#include "cli/session/session.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <istream>
#include <memory>
#include <ostream>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>
#include <kplane/version.hpp>

#include "cli/output/shown.hpp"

namespace kplane::cli {

namespace {

constexpr const char connection_group[] = "Server";
constexpr const char output_group[] = "Output";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::string_view without_slash(std::string_view url) noexcept {
  return !url.empty() && url.back() == '/' ? url.substr(0, url.size() - 1) : url;
}

/// A server that was named on the command line: the flags come first. The environment's other settings hold unless they
/// are of another server, which KPLANE_HOST names: that one's credential is not sent to this one.
ClientOptions options_of(const ConnectionFlags& flags, ClientOptions options) {
  const std::string host = environment("KPLANE_HOST");
  const bool is_other = !host.empty() && without_slash(host) != without_slash(flags.server);
  const auto setting = [&](const char* name) { return is_other ? std::string() : environment(name); };
  options.token_file = flags.token_file;
  if (flags.token_file.empty()) options.token = setting("KPLANE_TOKEN");
  options.ca_file = flags.ca_file.empty() ? setting("KPLANE_CA_FILE") : flags.ca_file;
  options.verify_tls = !flags.insecure && setting("KPLANE_INSECURE") != "1";
  return options;
}

}  // namespace

void Session::add_flags(CLI::App& app) {
  CLI::Option* server = app.add_option("--server", connection_.server,
                                       "Base URL of the server; otherwise KPLANE_HOST, or else a kubeconfig")
                            ->type_name("URL");
  CLI::Option* kubeconfig =
      app.add_option("--kubeconfig", connection_.kubeconfig, "Kubeconfig to use, instead of what the environment says")
          ->type_name("FILE");
  CLI::Option* context =
      app.add_option("--context", connection_.context, "Context of the kubeconfig to use")->type_name("NAME");
  CLI::Option* token_file =
      app.add_option("--token-file", connection_.token_file, "With --server: file with the bearer token")
          ->type_name("FILE");
  CLI::Option* ca_file =
      app.add_option("--ca-file", connection_.ca_file, "With --server: PEM file of the CA to trust")->type_name("FILE");
  CLI::Option* insecure =
      app.add_flag("--insecure", connection_.insecure, "With --server: do not verify the server's certificate");
  for (CLI::Option* option : {token_file, ca_file, insecure}) option->needs(server);
  server->excludes(kubeconfig)->excludes(context);
  kubeconfig->check(CLI::ExistingFile);
  CLI::Option* timeout = app.add_option_function<double>(
                                "--timeout",
                                [this](double seconds) {
                                  connection_.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::duration<double>(seconds));
                                },
                                "Seconds that a request may take (default: 30)")
                             ->type_name("SECONDS")
                             ->check(CLI::Range(0.001, 86'400.0));
  for (CLI::Option* option : {server, kubeconfig, context, token_file, ca_file, insecure, timeout})
    option->group(connection_group);
  app.add_flag("--json", json_, "Write JSON, for programs")->group(output_group);
  app.add_flag("-q,--quiet", quiet_, "Show no progress")->group(output_group);
  app.add_flag("--no-color", no_colour_, "Write no colours; NO_COLOR does the same")->group(output_group);
}

CLI::App& Session::add_command(CLI::App& app, const std::string& name, const std::string& description, Action action) {
  CLI::App* command = app.add_subcommand(name, description);
  command->fallthrough();
  command->footer("Options about the server and the output: kplane --help");
  command->callback([this, action = std::move(action)] { action_ = action; });
  return *command;
}

Client Session::client(ClientOptions options) const {
  if (!options.stop.stop_possible()) options.stop = stop_;
  if (options.request_timeout == ClientOptions().request_timeout) options.request_timeout = connection_.timeout;
  options.user_agent = "kplane-cli/" KPLANE_VERSION_STRING;
  if (!connection_.server.empty()) return Client(connection_.server, options_of(connection_, std::move(options)));
  if (connection_.kubeconfig.empty() && connection_.context.empty()) return Client::from_default(std::move(options));
  KubeconfigOptions which;
  which.path = connection_.kubeconfig;
  which.context = connection_.context;
  return Client::from_kubeconfig(which, std::move(options));
}

void Session::print_sent(std::string_view text) const {
  if (streams_.out_is_terminal) {
    out() << shown_lines(text);
  } else {
    out() << text;
  }
}

bool Session::colours() const noexcept {
  return streams_.out_is_terminal && !no_colour_ && !json_ && environment("NO_COLOR").empty();
}

bool Session::confirm(const std::string& question, bool yes) const {
  if (yes) return true;
  if (!streams_.in_is_terminal || !streams_.err_is_terminal)
    throw ConfigError("there is no terminal to ask on; use --yes. The question is: " + question);
  streams_.err << question << " [y/N] " << std::flush;
  std::string reply;
  std::getline(streams_.in, reply);
  if (stop_.stop_requested()) throw StoppedError("stopped before anything was done");
  return reply == "y" || reply == "Y" || reply == "yes";
}

}  // namespace kplane::cli
