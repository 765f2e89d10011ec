// Episodes on many planes at once: shops are restored, broken, and given to a policy. And what a policy learns of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>

#include "policy.hpp"
#include "shop.hpp"

namespace trainer {

/// One plane's episode.
struct Episode {
  std::mt19937 random{};
  double score = 0;   // of the last state
  double broken = 1;  // the fraction that was broken at first
  Symptoms seen{};
  std::vector<Choice> choices{};
  std::vector<double> rewards{};
  [[nodiscard]] bool is_over() const;
};

class Episodes {
 public:
  /// @param first the index of the first plane among those of all processes: what happens on a plane follows from the
  /// seed and its index, not from which process has it
  Episodes(const kplane::Client& client, std::vector<kplane::Plane> planes, std::size_t first, std::uint32_t seed,
           const kplane::StopToken& stop);

  /// Writes every state to a file from now on.
  void record_to(const std::string& file);

  /// One episode on each plane.
  [[nodiscard]] std::vector<Episode> run(const Policy& policy);

 private:
  void begin(std::size_t plane, Episode& episode);
  void observe(const kplane::rl::Observation& seen, Episode& episode, const Policy& policy);
  void record(const kplane::rl::Observation& seen, const Episode& episode);

  kplane::Client client_;
  std::vector<kplane::Plane> planes_;
  std::size_t first_;
  std::uint32_t seed_;
  kplane::StopToken stop_;
  kplane::Manifests shop_;
  std::optional<kplane::Baseline> baseline_;
  std::optional<kplane::rl::PlanePool> pool_;
  std::optional<kplane::rl::Recorder> recorder_;
  std::int64_t updates_ = 0;
};

/// Teaches the policy. @return the mean return
double learn(Policy& policy, const std::vector<Episode>& episodes);

}  // namespace trainer
