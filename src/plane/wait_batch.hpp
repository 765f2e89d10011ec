// Waits for an object in each of many planes at once.
#pragma once

#include <chrono>
#include <vector>

#include <kplane/batch_options.hpp>
#include <kplane/condition.hpp>
#include <kplane/wait.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// What is waited for in each plane, and how long at most.
struct WaitOrder {
  const WaitTarget& target;
  const Condition& condition;
  std::chrono::milliseconds timeout;
};

/// One result for each plane, in their order. Calls `on_result`, unless it is empty, as each is ready.
/// @throws ConfigError when the target or an option is invalid, or a plane belongs to another client; what the
/// condition throws, unless it is an Error; what `on_result` throws
[[nodiscard]] std::vector<WaitResult> wait_for(ClientCore& core, const std::vector<Plane>& planes,
                                               const WaitOrder& order, const BatchOptions& batch,
                                               const WaitFunction& on_result);

}  // namespace kplane::detail
