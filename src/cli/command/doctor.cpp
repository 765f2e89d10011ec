// kplane doctor [PLANE]
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/commands.hpp"
#include "cli/doctor/doctor.hpp"
#include "cli/output/json_output.hpp"
#include "cli/output/shown.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct Words {
  std::string_view word;    ///< as wide as all others
  std::string_view name;    ///< for programs
  std::string_view colour;  ///< of a terminal
};

Words words_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return {"ok  ", "ok", "\x1b[32m"};
    case Verdict::warning:
      return {"warn", "warning", "\x1b[33m"};
    case Verdict::failure:
      return {"FAIL", "failure", "\x1b[31m"};
    case Verdict::skipped:
      return {"skip", "skipped", "\x1b[2m"};
  }
  return {};
}

constexpr std::size_t name_width = 13;

void print_result(const Session& session, const CheckResult& result) {
  const Words words = words_of(result.finding.verdict);
  std::ostream& out = session.out();
  if (session.colours()) out << words.colour;
  out << words.word;
  if (session.colours()) out << "\x1b[0m";
  constexpr std::size_t column = 6 + name_width;  // where the details begin
  out << "  " << result.name << std::string(name_width - std::min(name_width, result.name.size()), ' ')
      << wrapped(shown(result.finding.detail), column, session.width()) << '\n';
  if (!result.finding.advice.empty())
    out << std::string(column, ' ') << "-> " << wrapped(shown(result.finding.advice), column + 3, session.width())
        << '\n';
  out.flush();
}

void clear_line(const Session& session) { session.err() << "\r\x1b[K" << std::flush; }

std::size_t count(const std::vector<CheckResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [&](const CheckResult& one) { return one.finding.verdict == verdict; }));
}

void print_as_json(const Session& session, const std::vector<CheckResult>& results) {
  Json checks = Json::array();
  for (const CheckResult& result : results) {
    Json check = {
        {"name", result.name}, {"verdict", words_of(result.finding.verdict).name}, {"detail", result.finding.detail}};
    if (!result.finding.advice.empty()) check["advice"] = result.finding.advice;
    check["milliseconds"] = result.elapsed.count();
    if (!result.finding.data.is_null()) check["data"] = result.finding.data;
    checks.push_back(std::move(check));
  }
  print_json(session.out(), {{"healthy", count(results, Verdict::failure) == 0}, {"checks", std::move(checks)}});
}

void print_sum(const Session& session, const std::vector<CheckResult>& results) {
  session.out() << '\n'
                << count(results, Verdict::failure) << " failed, " << count(results, Verdict::warning) << " warned, "
                << count(results, Verdict::ok) << " ok, " << count(results, Verdict::skipped) << " skipped\n";
}

int run_doctor(Session& session, const DoctorOptions& options) {
  DoctorListener listener;
  if (!session.json()) {
    const bool progress = session.shows_progress();
    listener.begins = [&, progress](const std::string& name) {
      if (progress) session.err() << name << "..." << std::flush;
    };
    listener.ends = [&, progress](const CheckResult& result) {
      if (progress) clear_line(session);
      print_result(session, result);
    };
  }
  const std::vector<CheckResult> results = examine(session, options, listener);
  session.json() ? print_as_json(session, results) : print_sum(session, results);
  return count(results, Verdict::failure) == 0 ? ExitCode::success : ExitCode::negative;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App& command = session.add_command(app, "doctor", "Say what stands between this machine and a working trainer",
                                          [options](Session& running) { return run_doctor(running, *options); });
  command.add_option("PLANE", options->plane, "A plane to look at too; one that does not exist is made by the server");
  command
      .add_option_function<double>(
          "--deadline",
          [options](double seconds) {
            options->deadline =
                std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
          },
          "Seconds that each check may take (default: 5)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.01, 600.0));
}

}  // namespace kplane::cli
