// Which planes and which episodes a report shows, where it cannot show all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cli/report/flight.hpp"

namespace kplane::cli::reporting {

/// Why an episode was chosen.
enum class Reason { failed, slow, best, worst, sample };

struct ChosenEpisode {
  std::size_t episode = 0;  ///< in Flight::episodes
  Reason reason = Reason::sample;
};

/// The planes of the heat map: those with the most failures, and of the others each n-th. By their names.
[[nodiscard]] std::vector<std::uint32_t> choose_planes(const Flight& flight, std::size_t most);

/// The episodes whose timelines are kept, the most telling ones first: failed ones, the slowest, those with the best
/// and the worst returns, and then of each plane in turn, spread over its time. All of them where there are no more
/// than `most`.
[[nodiscard]] std::vector<ChosenEpisode> choose_episodes(const Flight& flight, const std::vector<std::uint32_t>& planes,
                                                         std::size_t most);

}  // namespace kplane::cli::reporting
