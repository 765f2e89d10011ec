// A small network in place of the linear policy.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "policy.hpp"

namespace trainer {

class TorchPolicy final : public Policy {
 public:
  explicit TorchPolicy(std::uint64_t seed) { torch::manual_seed(seed); }

  [[nodiscard]] Probabilities probabilities(const Symptoms& seen) const override {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor p = torch::softmax(network()->forward(to_tensor(seen)), 0);
    Probabilities out{};
    for (std::size_t a = 0; a < kActions; ++a) out.at(a) = p[static_cast<std::int64_t>(a)].item<double>();
    return out;
  }

  void learn(const std::vector<Choice>& choices) override {
    torch::Tensor loss = torch::zeros({1});
    for (const Choice& choice : choices) {
      const torch::Tensor logs = torch::log_softmax(network()->forward(to_tensor(choice.seen)), 0);
      loss = loss - logs[static_cast<std::int64_t>(choice.action)] * choice.advantage;
    }
    optimizer_.zero_grad();
    (loss / static_cast<double>(choices.size())).backward();
    optimizer_.step();
  }

 private:
  static torch::Tensor to_tensor(const Symptoms& seen) {
    return torch::tensor(std::vector<float>(seen.begin(), seen.end()));
  }
  [[nodiscard]] torch::nn::Sequential network() const { return network_; }

  torch::nn::Sequential network_{torch::nn::Linear(kFaults, 32), torch::nn::Tanh(), torch::nn::Linear(32, kActions)};
  torch::optim::Adam optimizer_{network_->parameters(), torch::optim::AdamOptions(0.03)};
};

}  // namespace trainer
