#include <kplane/event_loop.hpp>

#include <utility>

#include "client/event_loop_core.hpp"
#include "client/loop_operations.hpp"
#include "plane/plane_access.hpp"

namespace kplane {

EventLoop::EventLoop(const Client& client, const EventLoopOptions& options)
    : core_(std::make_unique<detail::EventLoopCore>(client.core_, options)) {}

EventLoop::~EventLoop() = default;

bool EventLoop::takes(const Plane& plane) const noexcept {
  return detail::PlaneAccess::endpoint(plane).core.get() == &core_->client();
}

void EventLoop::read_state(const Plane& plane, const StateOptions& options, StateFunction done) {
  core_->add(detail::make_state_operation(core_->client(), plane, options, std::move(done)));
}

void EventLoop::read_settled_state(const Plane& plane, const WriteLog& log, const SettleOptions& options,
                                   StateFunction done) {
  core_->add(detail::make_settled_operation(core_->client(), plane, log, options, std::move(done)));
}

void EventLoop::send(const Plane& plane, const Request& request, ResponseFunction done) {
  core_->add(detail::make_request_operation(core_->client(), plane, request, std::move(done)));
}

void EventLoop::run() { core_->run(false); }
void EventLoop::run_until_idle() { core_->run(true); }
void EventLoop::close() noexcept { core_->close(); }

}  // namespace kplane
