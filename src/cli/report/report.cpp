#include "cli/report/report.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <kplane/error.hpp>

#include "cli/output/shown.hpp"
#include "cli/report/report_json.hpp"
#include "cli/report/sampling.hpp"
#include "cli/report/timeline.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kMostTitleBytes = 200;

/// The last `parts` parts of a path, without what all recordings' names end in.
std::string tail_of(const std::filesystem::path& path, std::size_t parts) {
  std::filesystem::path tail = path.filename();
  std::filesystem::path rest = path.parent_path();
  for (std::size_t i = 1; i < parts && rest.has_filename(); ++i, rest = rest.parent_path())
    tail = rest.filename() / tail;
  std::string text = tail.generic_string();
  for (const std::string_view suffix : {".zst", ".jsonl"}) {
    const bool has_it =
        text.size() > suffix.size() && text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
    if (has_it) text.erase(text.size() - suffix.size());
  }
  return text;
}

bool has_duplicates(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

std::vector<std::string> tails_of(const std::vector<rl::Recording>& recordings, std::size_t parts) {
  std::vector<std::string> tails;
  tails.reserve(recordings.size());
  for (const rl::Recording& recording : recordings) tails.push_back(tail_of(recording.path(), parts));
  return tails;
}

std::string title_of(const std::vector<std::string>& labels) {
  std::string title = "Flight report: ";
  for (std::size_t i = 0; i < std::min<std::size_t>(labels.size(), 4); ++i) title += (i == 0 ? "" : ", ") + labels[i];
  if (labels.size() > 4) title += " and " + std::to_string(labels.size() - 4) + " more";
  return title;
}

}  // namespace

std::vector<std::string> labels_of(const std::vector<rl::Recording>& recordings) {
  constexpr std::size_t most_parts = 4;
  std::vector<std::string> labels = tails_of(recordings, 1);
  for (std::size_t parts = 2; parts <= most_parts && has_duplicates(labels); ++parts) {
    labels = tails_of(recordings, parts);
  }
  if (!has_duplicates(labels)) return labels;
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] += " #" + std::to_string(i + 1);
  return labels;
}

Report make_report(const std::vector<rl::Recording>& recordings, const ReportOptions& options,
                   const Progress& progress) {
  if (!options.labels.empty() && options.labels.size() != recordings.size()) {
    throw ConfigError("a report on " + std::to_string(recordings.size()) + " recordings was given " +
                      std::to_string(options.labels.size()) + " labels: give one for each, or none");
  }
  std::vector<std::string> labels = options.labels.empty() ? labels_of(recordings) : options.labels;
  for (std::string& label : labels) label = shown(label, kMostTitleBytes);
  Report report;
  report.title = options.title.empty() ? title_of(labels) : shown(options.title, kMostTitleBytes);

  const Flight flight = read_flight(recordings, progress);
  const std::vector<std::uint32_t> planes = choose_planes(flight, options.planes);
  const std::vector<ChosenEpisode> chosen = choose_episodes(flight, planes, options.timelines);
  const std::vector<Timeline> timelines = read_timelines(recordings, flight, chosen, options.state_bytes, progress);
  report.json = report_json({report.title, labels, recordings, flight, planes, timelines, options.timeline_bytes});
  return report;
}

}  // namespace kplane::cli::reporting
