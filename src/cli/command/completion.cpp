// kplane completion SHELL
#include <CLI/CLI.hpp>

#include <fstream>
#include <memory>
#include <ostream>
#include <string>

#include <kplane/error.hpp>
#include <kplane/version.hpp>

#include "cli/command/commands.hpp"
#include "cli/manual/pages.hpp"
#include "cli/output/json_output.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct CompletionFlags {
  std::string reader{};
  std::string file{};
};

std::string page_for(const CLI::App& app, const std::string& reader) {
  if (reader == "bash") return bash_completion(app);
  if (reader == "zsh") return zsh_completion(app);
  if (reader == "fish") return fish_completion(app);
  return man_page(app, std::string(version()));
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw ConfigError(path + " cannot be written");
}

int run_completion(Session& session, const CLI::App& app, const CompletionFlags& flags) {
  const std::string page = page_for(app, flags.reader);
  if (!flags.file.empty()) {
    write_file(flags.file, page);
  } else if (!session.json()) {
    session.out() << page;
    return ExitCode::success;
  }
  if (session.json()) print_json(session.out(), {{"for", flags.reader}, {"text", page}});
  return ExitCode::success;
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  auto flags = std::make_shared<CompletionFlags>();
  CLI::App& command =
      session.add_command(app, "completion", "Write the completion for a shell, or the man page",
                          [flags, &app](Session& running) { return run_completion(running, app, *flags); });
  command.add_option("SHELL", flags->reader, "bash, zsh, fish; man: the man page")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  command.add_option("-o,--output", flags->file, "File to write; otherwise standard output")->type_name("FILE");
}

}  // namespace kplane::cli
