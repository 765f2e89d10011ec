// The operations of an EventLoop.
#pragma once

#include <memory>

#include <kplane/event_loop.hpp>

#include "client/event_loop_core.hpp"

namespace kplane::detail {

/// @throws ConfigError when an option is invalid or the plane came from a client other than the loop's
[[nodiscard]] std::unique_ptr<LoopOperation> make_state_operation(const ClientCore& client, const Plane& plane,
                                                                  const StateOptions& options,
                                                                  EventLoop::StateFunction done);

/// The same for a settled state. What it must show is read from the log now.
[[nodiscard]] std::unique_ptr<LoopOperation> make_settled_operation(const ClientCore& client, const Plane& plane,
                                                                    const WriteLog& log, const SettleOptions& options,
                                                                    EventLoop::StateFunction done);

/// @throws ConfigError when the request is malformed, or as above
[[nodiscard]] std::unique_ptr<LoopOperation> make_request_operation(const ClientCore& client, const Plane& plane,
                                                                    const Request& request,
                                                                    EventLoop::ResponseFunction done);

}  // namespace kplane::detail
