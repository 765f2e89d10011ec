// What a trainer shows of its progress.
#pragma once

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>

#include "policy.hpp"
#include "shop.hpp"

namespace trainer {

inline void print_update(int update, double mean_return) {
  const auto bar = static_cast<std::size_t>(std::clamp(mean_return, 0.0, 1.0) * 50.0);
  std::cout << std::setw(6) << update << std::setw(9) << std::fixed << std::setprecision(3) << mean_return << "  "
            << std::string(bar, '#') << std::endl;
}

inline void print_policy(const Policy& policy) {
  std::cout << "\nif one part is broken, the policy would most likely\n";
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    Symptoms seen{};
    seen.at(fault) = true;
    const Probabilities p = policy.probabilities(seen);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
    std::cout << std::setw(8) << p.at(best) << "  " << action_name(best)
              << (best == fault ? "" : ", which does not repair it") << '\n';
  }
}

}  // namespace trainer
