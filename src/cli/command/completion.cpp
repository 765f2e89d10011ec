// kplane completion SHELL
#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

#include <kplane/version.hpp>

#include "cli/command/commands.hpp"
#include "cli/manual/pages.hpp"
#include "cli/output/json_output.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

std::string page_for(const CLI::App& app, const std::string& reader) {
  if (reader == "bash") return bash_completion(app);
  if (reader == "zsh") return zsh_completion(app);
  if (reader == "fish") return fish_completion(app);
  return man_page(app, std::string(version()));
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  auto reader = std::make_shared<std::string>();
  CLI::App& command = session.add_command(
      app, "completion", "Write the completion for a shell, or the man page", [reader, &app](Session& running) {
        const std::string page = page_for(app, *reader);
        running.json() ? print_json(running.out(), {{"for", *reader}, {"text", page}}) : void(running.out() << page);
        return ExitCode::success;
      });
  command.add_option("SHELL", *reader, "bash, zsh, fish; man: the man page")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
}

}  // namespace kplane::cli
