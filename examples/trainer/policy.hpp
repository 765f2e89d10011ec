// A policy: a distribution over the actions for each set of symptoms.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "shop.hpp"

namespace trainer {

using Probabilities = std::array<double, kActions>;

struct Choice {
  Symptoms seen{};
  std::size_t action = 0;
  double advantage = 0;  ///< of the rest of the episode over the baseline
};

class Policy {
 public:
  virtual ~Policy() = default;
  [[nodiscard]] virtual Probabilities probabilities(const Symptoms& seen) const = 0;
  virtual void learn(const std::vector<Choice>& choices) = 0;  ///< one step of REINFORCE
};

/// A softmax over a weight for each symptom and action, and one for each action alone.
class LinearPolicy final : public Policy {
 public:
  [[nodiscard]] Probabilities probabilities(const Symptoms& seen) const override {
    Probabilities p{};
    double sum = 0;
    for (std::size_t a = 0; a < kActions; ++a) {
      p.at(a) = weights_.at(a).back();
      for (std::size_t f = 0; f < kFaults; ++f) p.at(a) += seen.at(f) ? weights_.at(a).at(f) : 0.0;
    }
    const double highest = *std::ranges::max_element(p);
    for (double& each : p) sum += each = std::exp(each - highest);
    for (double& each : p) each /= sum;
    return p;
  }

  void learn(const std::vector<Choice>& choices) override {
    auto next = weights_;
    for (const Choice& choice : choices) {
      const Probabilities p = probabilities(choice.seen);
      const double step = 4.0 * choice.advantage / static_cast<double>(choices.size());
      for (std::size_t a = 0; a < kActions; ++a) {
        const double change = step * ((a == choice.action ? 1.0 : 0.0) - p.at(a));
        for (std::size_t f = 0; f < kFaults; ++f) next.at(a).at(f) += choice.seen.at(f) ? change : 0.0;
        next.at(a).back() += change;
      }
    }
    weights_ = next;
  }

  using Weights = std::array<std::array<double, kFaults + 1>, kActions>;
  [[nodiscard]] const Weights& weights() const { return weights_; }
  void set_weights(const Weights& weights) { weights_ = weights; }

 private:
  Weights weights_{};
};

}  // namespace trainer
