#include <kplane/rl/plane_pool.hpp>

#include <algorithm>
#include <utility>

#include <kplane/error.hpp>

#include "rl/pool/pool_core.hpp"

namespace kplane::rl {

PlanePool::PlanePool(const Client& client, std::vector<Plane> planes, PlanePoolOptions options)
    : core_(std::make_unique<detail::PoolCore>(client, std::move(planes), std::move(options))) {}

PlanePool::~PlanePool() = default;

std::size_t PlanePool::size() const noexcept { return core_->size(); }
Plane PlanePool::plane(std::size_t index) const { return core_->plane(index); }

std::uint64_t PlanePool::send(std::size_t index) { return core_->send(index, {}, {}); }

std::uint64_t PlanePool::send(std::size_t index, std::vector<Request> requests) {
  return core_->send(index, std::move(requests), {});
}

std::uint64_t PlanePool::send(std::size_t index, Request request) {
  std::vector<Request> one;
  one.push_back(std::move(request));
  return core_->send(index, std::move(one), {});
}

std::uint64_t PlanePool::send(std::size_t index, Function function) {
  if (!function) throw ConfigError("PlanePool::send() was given an empty function");
  if (!core_->has_workers()) {
    throw ConfigError("PlanePool::send() of a function needs a worker: PlanePoolOptions::workers must be 1 or more");
  }
  return core_->send(index, {}, std::move(function));
}

Vector<Observation> PlanePool::recv(std::ptrdiff_t at_least) { return core_->recv(at_least, std::nullopt); }

Vector<Observation> PlanePool::recv(std::ptrdiff_t at_least, std::chrono::milliseconds timeout) {
  if (timeout.count() < 0) throw ConfigError("PlanePool::recv(): the timeout must be 0 ms or more");
  using Clock = std::chrono::steady_clock;
  const Clock::time_point now = Clock::now();
  const auto longest = std::chrono::floor<std::chrono::milliseconds>(Clock::time_point::max() - now);
  if (timeout >= longest) return core_->recv(at_least, std::nullopt);
  return core_->recv(at_least, now + timeout);
}

std::size_t PlanePool::pending() const { return core_->pending(); }
void PlanePool::cancel(std::size_t index) { core_->cancel(index); }
void PlanePool::cancel() { core_->cancel(); }
void PlanePool::close() { core_->close(); }

}  // namespace kplane::rl
