#include "cli/report/sampling.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>
#include <utility>

namespace kplane::cli::reporting {

namespace {

/// `count` of the elements, evenly spread.
template <class T>
std::vector<T> spread(const std::vector<T>& elements, std::size_t count) {
  if (count >= elements.size()) return elements;
  std::vector<T> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(elements[(2 * i + 1) * elements.size() / (2 * count)]);
  return chosen;
}

class EpisodeChoice {
 public:
  EpisodeChoice(const Flight& flight, std::size_t most)
      : flight_(flight), most_(std::min(most, flight.episodes.size())), is_chosen_(flight.episodes.size()) {}

  void add_failed(std::size_t count) {
    std::vector<std::size_t> failed;
    for (std::size_t i = 0; i < flight_.episodes.size(); ++i) {
      if (flight_.episodes[i].errors > 0) failed.push_back(i);
    }
    // The first failure of each kind explains the table of errors.
    for (const ErrorFlight& error : flight_.errors) add(error.episode, Reason::failed);
    for (const std::size_t episode : spread(failed, count)) add(episode, Reason::failed);
  }

  void add_slowest(std::size_t count) {
    add_first(
        count, Reason::slow, [](const EpisodeFlight& episode) { return episode.slowest_ms >= 0; },
        [](const EpisodeFlight& a, const EpisodeFlight& b) { return a.slowest_ms > b.slowest_ms; });
  }

  void add_best(std::size_t count) {
    add_first(count, Reason::best, has_return,
              [](const EpisodeFlight& a, const EpisodeFlight& b) { return a.total_reward > b.total_reward; });
  }

  void add_worst(std::size_t count) {
    add_first(count, Reason::worst, has_return,
              [](const EpisodeFlight& a, const EpisodeFlight& b) { return a.total_reward < b.total_reward; });
  }

  /// Of each plane the same number, until there are as many as may be.
  void add_of_each(const std::vector<std::uint32_t>& planes) {
    if (most_ <= chosen_.size() || planes.empty()) return;
    std::vector<std::vector<std::size_t>> episodes_of(flight_.planes.size());
    for (std::size_t i = 0; i < flight_.episodes.size(); ++i) episodes_of[flight_.episodes[i].plane].push_back(i);
    const std::size_t left = most_ - chosen_.size();
    const std::size_t each = (left + planes.size() - 1) / planes.size();
    for (const std::uint32_t plane : left < planes.size() ? spread(planes, left) : planes) {
      for (const std::size_t episode : spread(episodes_of[plane], each)) add(episode, Reason::sample);
    }
  }

  void fill() {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < flight_.episodes.size(); ++i) {
      if (!is_chosen_[i]) others.push_back(i);
    }
    for (const std::size_t episode : spread(others, most_ - chosen_.size())) add(episode, Reason::sample);
  }

  std::vector<ChosenEpisode> take() { return std::move(chosen_); }

 private:
  static bool has_return(const EpisodeFlight& episode) { return episode.rewards > 0; }

  void add(std::size_t episode, Reason reason) {
    if (chosen_.size() == most_ || is_chosen_[episode]) return;
    is_chosen_[episode] = true;
    chosen_.push_back({episode, reason});
  }

  template <class Filter, class Before>
  void add_first(std::size_t count, Reason reason, const Filter& filter, const Before& before) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < flight_.episodes.size(); ++i) {
      if (!is_chosen_[i] && filter(flight_.episodes[i])) found.push_back(i);
    }
    count = std::min(count, found.size());
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(found.begin(), end, found.end(), [this, &before](std::size_t a, std::size_t b) {
      if (before(flight_.episodes[a], flight_.episodes[b])) return true;
      return a < b && !before(flight_.episodes[b], flight_.episodes[a]);
    });
    found.erase(end, found.end());
    for (const std::size_t episode : found) add(episode, reason);
  }

  const Flight& flight_;
  std::size_t most_;
  std::vector<bool> is_chosen_;
  std::vector<ChosenEpisode> chosen_;
};

}  // namespace

std::vector<std::uint32_t> choose_planes(const Flight& flight, std::size_t most) {
  const auto by_name = [&flight](std::uint32_t a, std::uint32_t b) {
    const PlaneFlight& left = flight.planes[a];
    const PlaneFlight& right = flight.planes[b];
    return std::tie(left.recording, left.name) < std::tie(right.recording, right.name);
  };
  std::vector<std::uint32_t> all(flight.planes.size());
  std::iota(all.begin(), all.end(), 0U);
  std::sort(all.begin(), all.end(), by_name);
  if (all.size() <= most) return all;
  std::stable_sort(all.begin(), all.end(), [&flight](std::uint32_t a, std::uint32_t b) {
    return flight.planes[a].errors > flight.planes[b].errors;
  });
  const auto failed =
      std::find_if(all.begin(), all.end(), [&flight](std::uint32_t plane) { return flight.planes[plane].errors == 0; });
  const auto kept = all.begin() + std::min<std::ptrdiff_t>(failed - all.begin(), static_cast<std::ptrdiff_t>(most / 2));
  std::vector<std::uint32_t> chosen(all.begin(), kept);
  std::vector<std::uint32_t> others(kept, all.end());
  std::sort(others.begin(), others.end(), by_name);
  for (const std::uint32_t plane : spread(others, most - chosen.size())) chosen.push_back(plane);
  std::sort(chosen.begin(), chosen.end(), by_name);
  return chosen;
}

std::vector<ChosenEpisode> choose_episodes(const Flight& flight, const std::vector<std::uint32_t>& planes,
                                           std::size_t most) {
  EpisodeChoice choice(flight, most);
  choice.add_failed(most / 4);
  choice.add_slowest(most / 8);
  choice.add_best(most / 16);
  choice.add_worst(most / 16);
  choice.add_of_each(planes);
  choice.fill();
  return choice.take();
}

}  // namespace kplane::cli::reporting
