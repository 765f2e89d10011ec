#include "report.hpp"

#include <algorithm>
#include <initializer_list>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

namespace rollout {

namespace {

using Json = nlohmann::ordered_json;

Json plane_json(const PlaneOutcome& plane, std::size_t index) {
  Json json{{"index", index}, {"plane", plane.cluster}};
  json["action"] = plane.action ? Json(to_string(*plane.action)) : Json(nullptr);
  json["score"] = plane.score ? Json(*plane.score) : Json(nullptr);
  if (!plane.error.empty()) json["error"] = plane.error;
  return json;
}

Json step_json(const Step& step) {
  const Summary summary = summarize(step);
  Json planes = Json::array();
  for (std::size_t i = 0; i < step.planes.size(); ++i) planes.push_back(plane_json(step.planes[i], i));
  return {{"step", step.number},
          {"scored", summary.scored},
          {"mean", summary.mean},
          {"min", summary.min},
          {"max", summary.max},
          {"planes_per_second", summary.planes_per_second},
          {"acting_seconds", step.acting.count()},
          {"reading_seconds", step.reading.count()},
          {"planes", std::move(planes)}};
}

std::string fixed(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

void print_row(std::ostream& out, std::initializer_list<std::string> cells) {
  constexpr int kWidth = 9;
  for (const std::string& cell : cells) out << std::setw(kWidth) << cell;
  out << std::endl;  // flushed, so that a long run can be watched
}

}  // namespace

Summary summarize(const Step& step) {
  Summary summary;
  double sum = 0;
  for (const PlaneOutcome& plane : step.planes) {
    if (!plane.score) continue;
    summary.min = summary.scored == 0 ? *plane.score : std::min(summary.min, *plane.score);
    summary.max = std::max(summary.max, *plane.score);
    sum += *plane.score;
    ++summary.scored;
  }
  const auto scored = static_cast<double>(summary.scored);
  if (summary.scored > 0) summary.mean = sum / scored;
  if (step.reading.count() > 0) summary.planes_per_second = scored / step.reading.count();
  return summary;
}

std::optional<std::size_t> best_plane(const Step& step) {
  // An empty optional is below all others.
  const auto best = std::ranges::max_element(step.planes, {}, &PlaneOutcome::score);
  if (best == step.planes.end() || !best->score) return std::nullopt;
  return static_cast<std::size_t>(best - step.planes.begin());
}

void print_table_head(std::ostream& out) { print_row(out, {"step", "mean", "min", "max", "scored", "planes/s"}); }

void print_table_row(std::ostream& out, const Step& step) {
  const Summary summary = summarize(step);
  print_row(out, {std::to_string(step.number), fixed(summary.mean, 3), fixed(summary.min, 3), fixed(summary.max, 3),
                  std::to_string(summary.scored), fixed(summary.planes_per_second, 0)});
}

void print_best_plane(std::ostream& out, const Step& last) {
  const auto best = best_plane(last);
  if (!best) {
    out << "no plane could be scored\n";
    return;
  }
  const PlaneOutcome& plane = last.planes[*best];
  out << "best plane: number " << *best << " (" << plane.cluster << "), score " << fixed(*plane.score, 3) << '\n';
}

void print_errors(std::ostream& out, const Step& step) {
  for (std::size_t i = 0; i < step.planes.size(); ++i) {
    const PlaneOutcome& plane = step.planes[i];
    if (plane.error.empty()) continue;
    out << "rollout: step " << step.number << ", plane number " << i << " (" << plane.cluster << "): " << plane.error
        << '\n';
  }
}

void print_json(std::ostream& out, const Arguments& arguments, const std::string& fleet,
                const std::vector<Step>& steps) {
  Json json{{"fleet", fleet}, {"planes", arguments.planes}, {"seed", arguments.seed}, {"steps", Json::array()}};
  for (const Step& step : steps) json["steps"].push_back(step_json(step));
  const auto best = best_plane(steps.back());
  json["best"] = best ? plane_json(steps.back().planes[*best], *best) : Json(nullptr);
  // Messages from a server may contain invalid UTF-8.
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace rollout
