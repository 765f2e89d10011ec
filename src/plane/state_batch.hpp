// Reads the state of many planes concurrently.
#pragma once

#include <functional>
#include <vector>

#include <kplane/batch.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/state_options.hpp>
#include <kplane/write_log.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// Calls `fn(index, result)` for every plane as its result arrives, on the threads of the batch.
/// @throws ConfigError when an option is invalid or a plane belongs to another client; whatever `fn` throws
void for_each_state(ClientCore& core, const std::vector<Plane>& planes, const StateOptions& options,
                    const BatchOptions& batch, const std::function<void(std::size_t, StateResult)>& fn);

/// All results, in the order of the planes. @throws as for_each_state()
[[nodiscard]] std::vector<StateResult> states(ClientCore& core, const std::vector<Plane>& planes,
                                              const StateOptions& options, const BatchOptions& batch);

/// The settled states, as of Plane::settled_state(). @throws as for_each_state()
[[nodiscard]] std::vector<StateResult> settled_states(ClientCore& core, const std::vector<Plane>& planes,
                                                      const WriteLog& log, const SettleOptions& options,
                                                      const BatchOptions& batch);

}  // namespace kplane::detail
