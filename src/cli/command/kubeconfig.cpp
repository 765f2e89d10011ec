// kplane kubeconfig PLANE
#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

#include <kplane/plane.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/json_output.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct KubeconfigFlags {
  std::string plane{};
  std::string file{};
};

int run_kubeconfig(Session& session, const KubeconfigFlags& flags) {
  const Plane plane = session.client().plane(flags.plane);
  Json told = {{"plane", plane.cluster()}, {"server", plane.base_url()}};
  if (!flags.file.empty()) {
    plane.write_kubeconfig(flags.file);
    told["file"] = flags.file;
  } else {
    const std::string text = plane.kubeconfig();
    if (!session.json()) session.out() << text;
    told["kubeconfig"] = text;
  }
  if (session.json()) print_json(session.out(), told);
  return ExitCode::success;
}

}  // namespace

void add_kubeconfig(CLI::App& app, Session& session) {
  auto flags = std::make_shared<KubeconfigFlags>();
  CLI::App& command =
      session.add_command(app, "kubeconfig", "Write a kubeconfig for a plane, with the credentials that are used here",
                          [flags](Session& running) { return run_kubeconfig(running, *flags); });
  command.add_option("PLANE", flags->plane, "ID of the plane")->required();
  command.add_option("-o,--output", flags->file, "File to write, of mode 0600; otherwise standard output")
      ->type_name("FILE");
}

}  // namespace kplane::cli
