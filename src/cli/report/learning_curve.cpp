#include "cli/report/learning_curve.hpp"

#include <algorithm>
#include <utility>

#include "cli/report/percentile.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kMostPoints = 200;
constexpr std::size_t kFewPoints = 20;
constexpr std::size_t kEpisodesForSpread = 8;  // that a point should have

struct Return {
  std::int64_t episode = 0;
  double value = 0;
};

std::size_t count_numbers(const std::vector<Return>& sorted) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i].episode != sorted[i - 1].episode) ++count;
  }
  return count;
}

/// How many neighbouring episode numbers make a point: as few as let a point have a spread.
std::size_t numbers_per_point(std::size_t episodes, std::size_t numbers) {
  const std::size_t wanted = std::clamp(episodes / kEpisodesForSpread, kFewPoints, kMostPoints);
  return std::max<std::size_t>(1, (numbers + wanted - 1) / wanted);
}

CurvePoint make_point(std::int64_t first, std::int64_t last, std::vector<double>& values) {
  CurvePoint point;
  point.first_episode = first;
  point.last_episode = last;
  point.episodes = values.size();
  for (const double value : values) point.mean += value / static_cast<double>(values.size());
  std::sort(values.begin(), values.end());
  point.low = percentile(values, 0.1);
  point.high = percentile(values, 0.9);
  point.least = values.front();
  point.most = values.back();
  return point;
}

LearningCurve make_curve(std::vector<Return> returns) {
  LearningCurve curve;
  curve.episodes = returns.size();
  std::stable_sort(returns.begin(), returns.end(),
                   [](const Return& a, const Return& b) { return a.episode < b.episode; });
  const std::size_t per_point = numbers_per_point(returns.size(), count_numbers(returns));
  std::vector<double> values;
  std::size_t numbers = 0;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < returns.size(); ++i) {
    if (i == 0 || returns[i].episode != returns[i - 1].episode) ++numbers;
    if (values.empty()) first = returns[i].episode;
    values.push_back(returns[i].value);
    const bool is_last = i + 1 == returns.size();
    if (!is_last && (numbers < per_point || returns[i + 1].episode == returns[i].episode)) continue;
    curve.points.push_back(make_point(first, returns[i].episode, values));
    values.clear();
    numbers = 0;
  }
  return curve;
}

}  // namespace

std::vector<LearningCurve> learning_curves(const Flight& flight) {
  std::vector<LearningCurve> curves;
  std::vector<Return> all;
  std::vector<std::vector<Return>> each(flight.recordings.size());
  for (const EpisodeFlight& episode : flight.episodes) {
    if (episode.rewards == 0) continue;
    const Return found{episode.episode, episode.total_reward};
    each.at(flight.planes[episode.plane].recording).push_back(found);
    all.push_back(found);
  }
  for (std::size_t i = 0; i < each.size(); ++i) {
    curves.push_back(make_curve(std::move(each[i])));
    curves.back().recording = static_cast<std::uint32_t>(i);
  }
  if (curves.size() > 1) curves.push_back(make_curve(std::move(all)));
  return curves;
}

}  // namespace kplane::cli::reporting
