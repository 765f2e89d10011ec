#include <CLI/CLI.hpp>

#include "cli/manual/pages.hpp"
#include "cli/manual/words.hpp"

namespace kplane::cli {

namespace {

/// So that roff reads none of it as a request or an escape.
std::string roff(const std::string& text) {
  std::string escaped;
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) escaped = "\\&";
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if (c == '\n') {
      escaped += ' ';
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void add_option(std::string& page, const OptionWords& option) {
  page += ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i)
    page.append(i > 0 ? ", " : "").append("\\fB").append(roff(option.names[i])).append("\\fR");
  if (!option.value.empty()) page.append(" \\fI").append(roff(option.value)).append("\\fR");
  page.append("\n").append(roff(option.description)).append("\n");
}

void add_command(std::string& page, const CommandWords& command) {
  page.append(".SS kplane ").append(roff(command.name));
  for (const OptionWords& option : command.options) {
    if (!option.is_positional) continue;
    const std::string word = roff(option.names.front()) + (option.takes_several ? "..." : "");
    page.append(option.is_required ? " " + word : " [" + word + "]");
  }
  page.append("\n").append(roff(command.description)).append(".\n");
  for (const OptionWords& option : command.options) add_option(page, option);
}

constexpr const char exit_status[] = R"(.SH EXIT STATUS
.TP
.B 0
It worked.
.TP
.B 1
It worked, and the answer is no: states differ, a check failed, some planes failed, or the question was not answered with yes.
.TP
.B 2
A wrong argument, file or setting. Nothing was sent.
.TP
.B 3
The server answered with a failure.
.TP
.B 4
There was no usable answer: network, TLS, a deadline, no credential, or not what a kplane server says.
.TP
.B 70
An error of the program or of the machine.
.TP
.B 130, 143
Ended by SIGINT or SIGTERM.
)";

constexpr const char environment_section[] = R"(.SH ENVIRONMENT
.TP
.B KPLANE_HOST
Base URL of the server. Where it is not set, the kubeconfig counts: KUBECONFIG, or ~/.kube/config.
.TP
.B KPLANE_TOKEN
Bearer token. It is not sent to the server of --server where KPLANE_HOST names another.
.TP
.B KPLANE_CA_FILE
PEM file of the CA to trust.
.TP
.B KPLANE_INSECURE
1: the server's certificate is not verified.
.TP
.B HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
As for kubectl.
.TP
.B NO_COLOR
Set: no colours.
)";

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version) {
  std::string page = ".\\\" Generated from the program itself.\n.TH KPLANE 1 \"\" \"kplane " + roff(version) +
                     "\" \"User Commands\"\n";
  page += ".SH NAME\nkplane \\- look after kplane virtual control planes\n";
  page += ".SH SYNOPSIS\n.B kplane\n[\\fIOPTION\\fR...] \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n";
  page += ".SH OPTIONS\nThey may stand before the command or behind it.\n";
  for (const OptionWords& option : options_of(app)) add_option(page, option);
  page += ".SH COMMANDS\n";
  for (const CommandWords& command : commands_of(app)) add_command(page, command);
  return page + exit_status + environment_section;
}

}  // namespace kplane::cli
