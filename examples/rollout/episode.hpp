// One episode: a random agent acts on every plane of a Fleet, step by step, and every plane is read and scored.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/fleet.hpp>
#include <kplane/manifests.hpp>
#include <kplane/stop.hpp>
#include <kplane/write_log.hpp>

#include "shop.hpp"

namespace rollout {

/// The outcome of one plane in one step.
struct PlaneOutcome {
  std::string cluster{};
  std::optional<Action> action{};  ///< none: the shop was opened
  std::optional<double> score{};   ///< none: the plane could not be read, or its snapshot never caught up
  std::string error{};             ///< the first error
};

/// One step of all planes, in the order of Fleet::planes().
struct Step {
  int number = 0;
  std::vector<PlaneOutcome> planes{};
  std::chrono::duration<double> acting{0};
  std::chrono::duration<double> reading{0};  ///< including scoring
};

/// Acts on the planes of one Fleet. An error of one plane is recorded in its outcome and does not affect the others.
class Episode {
 public:
  /// Every plane begins with `shop`. The actions depend on `seed` and on a plane's position in the Fleet, not on its
  /// name or on timing.
  Episode(kplane::Client client, const kplane::Fleet& fleet, kplane::Manifests shop, std::uint64_t seed,
          kplane::StopToken stop);

  /// The first step opens the shops; each later one acts once on each plane. @throws kplane::StoppedError
  [[nodiscard]] Step next();

 private:
  struct Seat {
    Shop shop;
    std::mt19937_64 random;
    bool is_open = false;
  };

  void throw_if_stopped() const;
  void act(Seat& seat, PlaneOutcome& outcome) const;
  void open_the_others(Step& step);
  void observe(Step& step) const;

  kplane::Client client_;
  kplane::WriteLog log_;
  const kplane::Manifests shop_;
  const kplane::StopToken stop_;
  std::vector<Seat> seats_;
  int next_step_ = 0;
};

}  // namespace rollout
