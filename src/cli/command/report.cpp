// kplane report FILE...
#include <CLI/CLI.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/rl/recording.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/progress_bar.hpp"
#include "cli/output/shown.hpp"
#include "cli/report/output_file.hpp"
#include "cli/report/page.hpp"
#include "cli/report/report.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct ReportFlags {
  std::vector<std::string> recordings{};
  std::string output{};
  reporting::ReportOptions options{};
};

/// Shows how far the reading is, and ends it when a stop is requested.
class Reading {
 public:
  Reading(const Session& session, std::size_t steps)
      : session_(session), bar_(session.err(), session.shows_progress(), "reading steps"), steps_(steps) {}

  void next() {
    if (session_.stop().stop_requested()) throw StoppedError("stopped; nothing was written");
    ++done_;
    if (done_ > steps_) return;  // those of the timelines are read again
    const bool is_next_percent = 100 * done_ / steps_ != 100 * (done_ - 1) / steps_;
    if (is_next_percent) bar_.update(done_, steps_);
  }

 private:
  const Session& session_;
  ProgressBar bar_;
  std::size_t steps_;
  std::size_t done_ = 0;
};

std::vector<rl::Recording> open_recordings(const std::vector<std::string>& paths) {
  std::vector<rl::Recording> recordings;
  recordings.reserve(paths.size());
  for (const std::string& path : paths) recordings.emplace_back(path);
  return recordings;
}

void refuse_to_overwrite(const ReportFlags& flags) {
  for (const std::string& path : flags.recordings) {
    std::error_code ignored;
    if (std::filesystem::equivalent(path, flags.output, ignored)) {
      throw ConfigError(flags.output + " is one of the recordings: name another file for the report");
    }
  }
}

int run_report(const Session& session, const ReportFlags& flags) {
  if (flags.output.empty() && !session.json()) {
    throw ConfigError("where should the report go? Name a file: -o report.html; or --json writes its numbers");
  }
  refuse_to_overwrite(flags);
  const std::vector<rl::Recording> recordings = open_recordings(flags.recordings);
  std::size_t steps = 0;
  for (const rl::Recording& recording : recordings) steps += recording.size();

  reporting::Report report;
  {
    Reading reading(session, steps);
    report = reporting::make_report(recordings, flags.options, [&reading] { reading.next(); });
  }
  if (flags.output == "-") {
    session.out() << reporting::page(report);
    return ExitCode::success;
  }
  if (!flags.output.empty()) reporting::write_output_file(flags.output, reporting::page(report));
  if (session.json()) {
    session.out() << report.json << '\n';
  } else {
    session.out() << "wrote " << shown(flags.output) << ": " << steps << " steps of " << recordings.size()
                  << (recordings.size() == 1 ? " recording\n" : " recordings\n");
  }
  return ExitCode::success;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ReportFlags>();
  CLI::App& command = session.add_command(app, "report", "Make a web page of recordings, in one file",
                                          [flags](Session& running) { return run_report(running, *flags); });
  command
      .add_option("FILE", flags->recordings, "Recordings, as rl::Recorder writes them: of runs, or of a run's shards")
      ->required()
      ->type_name("FILE");
  command.add_option("-o,--output", flags->output, "The page to write; - writes it to the standard output")
      ->type_name("FILE");
  command.add_option("--title", flags->options.title, "Title of the page")->type_name("TEXT");
  command
      .add_option("--label", flags->options.labels, "Name of a recording, once for each; otherwise that of its file")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false)
      ->type_name("TEXT");
  command
      .add_option("--timelines", flags->options.timelines,
                  "How many episodes to show step by step at most (default: 300)")
      ->check(CLI::Range(std::size_t{0}, std::size_t{100'000}));
  command.add_option("--planes", flags->options.planes, "How many planes the map may have (default: 200)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{2'000}));
}

}  // namespace kplane::cli
