// Episodes and weights as text: what the ranks give to each other. Numbers come back as they were, to the last bit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trainer/episodes.hpp"
#include "trainer/policy.hpp"

namespace distributed {

/// What learn() needs of them: a line for each, of `SYMPTOMS ACTION REWARD` for each choice.
[[nodiscard]] std::string to_text(const std::vector<trainer::Episode>& episodes);
/// @throws std::runtime_error when it is not such a text
[[nodiscard]] std::vector<trainer::Episode> read_episodes(std::string_view text);

[[nodiscard]] std::string to_text(const trainer::LinearPolicy::Weights& weights);
/// @throws std::runtime_error when it is not such a text
[[nodiscard]] trainer::LinearPolicy::Weights read_weights(std::string_view text);

/// By which two runs can be compared.
[[nodiscard]] std::string checksum(const trainer::LinearPolicy::Weights& weights);

}  // namespace distributed
