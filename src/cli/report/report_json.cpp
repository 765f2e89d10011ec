#include "cli/report/report_json.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include <kplane/version.hpp>

#include "cli/output/change_text.hpp"
#include "cli/output/shown.hpp"
#include "cli/report/json_writer.hpp"
#include "cli/report/learning_curve.hpp"
#include "cli/report/percentile.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kMostHeaderInfoBytes = 2'000;
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostPlaneRows = 50;  // of the slowest ones, and as many of those that failed

std::optional<double> mean(double sum, std::size_t count) {
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

std::uint64_t seconds_of(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  return seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::failed:
      return "failed";
    case Reason::slow:
      return "slow";
    case Reason::best:
      return "best";
    case Reason::worst:
      return "worst";
    case Reason::sample:
      return "sample";
  }
  return "";
}

/// The planes of the table: the slowest ones, and those that failed most often.
std::vector<std::uint32_t> planes_to_name(const Flight& flight, const std::vector<double>& slowness) {
  std::vector<std::uint32_t> slow;
  std::vector<std::uint32_t> failed;
  for (std::uint32_t i = 0; i < flight.planes.size(); ++i) {
    slow.push_back(i);
    if (flight.planes[i].errors > 0) failed.push_back(i);
  }
  std::stable_sort(slow.begin(), slow.end(),
                   [&slowness](std::uint32_t a, std::uint32_t b) { return slowness[a] > slowness[b]; });
  std::stable_sort(failed.begin(), failed.end(), [&flight](std::uint32_t a, std::uint32_t b) {
    return flight.planes[a].errors > flight.planes[b].errors;
  });
  slow.resize(std::min(slow.size(), kMostPlaneRows));
  failed.resize(std::min(failed.size(), kMostPlaneRows));
  slow.insert(slow.end(), failed.begin(), failed.end());
  std::sort(slow.begin(), slow.end());
  slow.erase(std::unique(slow.begin(), slow.end()), slow.end());
  return slow;
}

class ReportWriter {
 public:
  explicit ReportWriter(const ReportParts& parts) : parts_(parts), flight_(parts.flight) {}

  std::string write() {
    out_.begin_object();
    out_.member("title", parts_.title);
    out_.member("kplane", kplane::version());
    out_.member("created", seconds_of(std::chrono::system_clock::now()));
    write_recordings();
    write_curves();
    write_heat_map();
    write_planes();
    write_errors();
    write_throughput();
    write_timelines();
    out_.end_object();
    return out_.take();
  }

 private:
  void write_recordings() {
    out_.key("recordings");
    out_.begin_array();
    for (std::size_t i = 0; i < parts_.recordings.size(); ++i) write_recording(i);
    out_.end_array();
  }

  void write_recording(std::size_t number) {
    const rl::Recording& recording = parts_.recordings[number];
    const rl::RecordingHeader& header = recording.header();
    const RecordingFlight& flight = flight_.recordings[number];
    std::uint64_t errors = 0;
    for (const PlaneFlight& plane : flight_.planes) errors += plane.recording == number ? plane.errors : 0;
    out_.begin_object();
    out_.member("label", parts_.labels[number]);
    out_.member("created", seconds_of(header.created));
    out_.member("server", shown(header.server_version, kMostNameBytes));
    out_.member("library", shown(header.library_version, kMostNameBytes));
    out_.member_if_any("info", shown(header.info, kMostHeaderInfoBytes));
    out_.member("steps", std::uint64_t{recording.size()});
    out_.member("episodes", std::uint64_t{recording.episodes().size()});
    out_.member("planes", std::uint64_t{recording.planes().size()});
    out_.member("errors", errors);
    out_.member_if_any("torn_bytes", recording.torn_bytes());
    if (flight.first_second) {
      out_.key("first");
      out_.integer(*flight.first_second);
      out_.member("seconds", static_cast<std::uint64_t>(*flight.last_second - *flight.first_second));
    }
    out_.end_object();
  }

  void write_curves() {
    out_.key("curves");
    out_.begin_array();
    for (const LearningCurve& curve : learning_curves(flight_)) {
      out_.begin_object();
      if (curve.recording) out_.member("recording", std::uint64_t{*curve.recording});
      out_.member("episodes", std::uint64_t{curve.episodes});
      // first and last episode, how many, mean, 10th and 90th percentile, least, most
      out_.key("points");
      out_.begin_array();
      for (const CurvePoint& point : curve.points) write_point(point);
      out_.end_array();
      out_.end_object();
    }
    out_.end_array();
  }

  void write_point(const CurvePoint& point) {
    out_.begin_array();
    out_.integer(point.first_episode);
    out_.integer(point.last_episode);
    out_.integer(static_cast<std::int64_t>(point.episodes));
    for (const double value : {point.mean, point.low, point.high, point.least, point.most}) out_.number(value);
    out_.end_array();
  }

  void write_heat_map() {
    out_.key("heat");
    out_.begin_object();
    out_.member("columns", std::uint64_t{flight_.columns});
    out_.member("steps_per_column", std::uint64_t{flight_.steps_per_column});
    out_.member("planes", std::uint64_t{flight_.planes.size()});
    out_.key("rows");
    out_.begin_array();
    for (const std::uint32_t plane : parts_.planes) write_row(flight_.planes[plane]);
    out_.end_array();
    out_.end_object();
  }

  void write_row(const PlaneFlight& plane) {
    out_.begin_object();
    write_plane_name(plane);
    out_.member("steps", std::uint64_t{plane.steps});
    write_cells("reward", plane, [](const HeatCell& cell) { return mean(cell.reward_sum, cell.rewards); });
    if (!plane.elapsed_ms.empty()) {
      write_cells("ms", plane, [](const HeatCell& cell) { return mean(cell.elapsed_ms_sum, cell.timed); });
    }
    if (plane.errors > 0) {
      write_cells("errors", plane, [](const HeatCell& cell) { return std::optional<double>(cell.errors); });
    }
    out_.end_object();
  }

  template <class Value>
  void write_cells(std::string_view name, const PlaneFlight& plane, const Value& value) {
    out_.key(name);
    out_.begin_array();
    for (const HeatCell& cell : plane.cells) {
      const std::optional<double> shown = value(cell);
      if (shown) {
        out_.number(*shown);
      } else {
        out_.null();
      }
    }
    out_.end_array();
  }

  void write_plane_name(const PlaneFlight& plane) {
    out_.member("recording", std::uint64_t{plane.recording});
    out_.member("plane", shown(plane.name, kMostNameBytes));
  }

  void write_planes() {
    std::vector<std::array<double, 2>> times;  // 95th percentile and longest
    std::vector<double> slowness;
    for (const PlaneFlight& plane : flight_.planes) {
      std::vector<float> sorted = plane.elapsed_ms;
      std::sort(sorted.begin(), sorted.end());
      times.push_back(sorted.empty() ? std::array<double, 2>{-1, -1}
                                     : std::array<double, 2>{percentile(sorted, 0.95), sorted.back()});
      slowness.push_back(times.back()[0]);
    }
    out_.key("planes");
    out_.begin_array();
    for (const std::uint32_t i : planes_to_name(flight_, slowness)) write_plane(flight_.planes[i], times[i]);
    out_.end_array();
  }

  void write_plane(const PlaneFlight& plane, const std::array<double, 2>& times) {
    out_.begin_object();
    write_plane_name(plane);
    out_.member("episodes", std::uint64_t{plane.episodes});
    out_.member("steps", std::uint64_t{plane.steps});
    out_.member("reward", mean(plane.reward_sum, plane.episodes));
    if (!plane.elapsed_ms.empty()) {
      double sum = 0;
      for (const float value : plane.elapsed_ms) sum += value;
      out_.member("mean_ms", mean(sum, plane.elapsed_ms.size()));
      out_.member("p95_ms", std::optional<double>(times[0]));
      out_.member("max_ms", std::optional<double>(times[1]));
    }
    out_.member("errors", std::uint64_t{plane.errors});
    out_.member_if_any("last_error", plane.last_error);
    out_.end_object();
  }

  void write_errors() {
    out_.key("errors");
    out_.begin_array();
    for (const ErrorFlight& error : flight_.errors) {
      const EpisodeFlight& episode = flight_.episodes[error.episode];
      out_.begin_object();
      out_.member("kind", error.kind);
      out_.member("count", error.count);
      out_.member("planes", std::uint64_t{error.planes.size()});
      out_.member("example", error.example);
      write_plane_name(flight_.planes[episode.plane]);
      out_.key("episode");
      out_.integer(episode.episode);
      out_.end_object();
    }
    out_.end_array();
    out_.member_if_any("other_errors", flight_.other_errors);
  }

  /// Steps in each bin of each recording's own time, all bins of one width.
  void write_throughput() {
    std::vector<TimeHistogram> histograms;
    std::uint64_t width = 1;
    for (const RecordingFlight& recording : flight_.recordings) {
      histograms.push_back(recording.steps_by_second);
      width = std::max(width, histograms.back().bin_seconds());
    }
    out_.key("throughput");
    out_.begin_object();
    out_.member("bin_seconds", width);
    out_.key("steps");
    out_.begin_array();
    for (TimeHistogram& histogram : histograms) {
      histogram.widen(width);
      out_.begin_array();
      for (const std::uint64_t count : histogram.counts()) out_.integer(static_cast<std::int64_t>(count));
      out_.end_array();
    }
    out_.end_array();
    out_.end_object();
  }

  void write_timelines() {
    out_.member("all_episodes", std::uint64_t{flight_.episodes.size()});
    out_.key("timelines");
    out_.begin_array();
    const std::size_t begin = out_.text().size();
    for (const Timeline& timeline : parts_.timelines) {
      if (out_.text().size() - begin > parts_.timeline_bytes) break;
      write_timeline(timeline);
    }
    out_.end_array();
  }

  void write_timeline(const Timeline& timeline) {
    const EpisodeFlight& episode = flight_.episodes[timeline.chosen.episode];
    out_.begin_object();
    write_plane_name(flight_.planes[episode.plane]);
    out_.key("episode");
    out_.integer(episode.episode);
    out_.member("reason", name_of(timeline.chosen.reason));
    out_.member("first", std::uint64_t{episode.first});  // among the steps of its plane
    out_.member("length", std::uint64_t{episode.steps});
    if (episode.rewards > 0) out_.member("total", std::optional<double>(episode.total_reward));
    out_.member_if_any("errors", std::uint64_t{episode.errors});
    if (episode.slowest_ms >= 0) out_.member("slowest_ms", std::optional<double>(episode.slowest_ms));
    out_.member_if_any("left_out", std::uint64_t{timeline.left_out});
    out_.key("steps");
    out_.begin_array();
    for (const TimelineStep& step : timeline.steps) write_step(step);
    out_.end_array();
    out_.end_object();
  }

  void write_step(const TimelineStep& step) {
    out_.begin_object();
    out_.key("step");
    out_.integer(step.step);
    out_.member_if_any("action", step.action);
    if (step.reward) out_.member("reward", step.reward);
    if (step.elapsed_ms) out_.member("ms", step.elapsed_ms);
    if (!step.error_kind.empty()) {
      out_.member("error", step.error_kind);
      out_.member_if_any("message", step.error_message);
    }
    if (!step.changes.empty()) write_changes(step.changes);
    out_.member_if_any("more_changes", std::uint64_t{step.more_changes});
    out_.member_if_any("not_compared", step.not_compared);
    out_.end_object();
  }

  void write_changes(const std::vector<ObjectChange>& changes) {
    out_.key("changes");
    out_.begin_array();
    for (const ObjectChange& change : changes) {
      out_.begin_object();
      out_.member("type", word_of(change.type));
      out_.member("resource", change.resource);
      out_.member("name", change.name);
      if (!change.fields.empty()) write_fields(change.fields);
      out_.member_if_any("more_fields", std::uint64_t{change.more_fields});
      out_.end_object();
    }
    out_.end_array();
  }

  /// Pointer, value before, value after: of what was not there, or is a Secret's, an empty text.
  void write_fields(const std::vector<FieldChange>& fields) {
    out_.key("fields");
    out_.begin_array();
    for (const FieldChange& field : fields) {
      out_.begin_array();
      out_.string(field.pointer);
      out_.string(field.before);
      out_.string(field.after);
      out_.end_array();
    }
    out_.end_array();
  }

  const ReportParts& parts_;
  const Flight& flight_;
  JsonWriter out_;
};

}  // namespace

std::string report_json(const ReportParts& parts) { return ReportWriter(parts).write(); }

}  // namespace kplane::cli::reporting
