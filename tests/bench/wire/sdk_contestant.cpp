// The library itself, as its users call it.
#include <time.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <kplane/kplane.hpp>

#include "contestant.hpp"

namespace kplane::bench {
namespace {

ClientOptions client_options(const Endpoint& target, std::size_t most_connections) {
  if (target.http2) throw std::invalid_argument("sdk: speaks HTTP/1.1 only");
  return {.token = target.token, .ca_file = target.ca_file, .max_connections = most_connections};
}

std::size_t score(const Snapshot& snapshot) {
  std::size_t score = 0;
  for (const Object& pod : snapshot.by_resource("pods")->items) {
    for (const char* field : {"/status/phase", "/metadata/labels/app.kubernetes.io~1name", "/metadata/labels/tier"}) {
      score += pod.get<std::string_view>(field).value_or("").size();
    }
  }
  return score;
}

StateOptions state_options(const Order& order) {
  StateOptions options;
  if (order.plane_timeout.count() > 0) options.timeout = order.plane_timeout;
  return options;
}

BatchOptions batch_options(const Order& order) {
  BatchOptions options;
  if (order.concurrency > 0) options.concurrency = order.concurrency;
  if (order.timeout.count() > 0) options.timeout = order.timeout;
  options.threads = order.threads;
  return options;
}

std::chrono::nanoseconds cpu_time_of_thread() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// As much CPU time, whatever else the machine is doing.
void spin(std::chrono::microseconds duration) {
  if (duration.count() == 0) return;
  const auto end = cpu_time_of_thread() + duration;
  while (cpu_time_of_thread() < end) continue;
}

class SdkContestant final : public Contestant {
 public:
  SdkContestant(const Endpoint& target, std::size_t most_connections)
      : client_(target.base_url, client_options(target, most_connections)) {}

  Work run(const Order& order) override {
    Work work;
    for (std::size_t i = 0; i < order.count; ++i) {
      switch (order.mode) {
        case Mode::sequential:
        case Mode::score:
          read_one(order, i, work);
          break;
        case Mode::batch:
          read_batch(order, work);
          break;
        case Mode::each:
          read_each(order, work);
          break;
        case Mode::each_score:
          score_each(order, work);
          break;
      }
    }
    return work;
  }

 private:
  void read_one(const Order& order, std::size_t index, Work& work) const {
    const Snapshot snapshot = client_.plane(plane_id(order, index)).state();
    work.checksum += order.mode == Mode::score ? score(snapshot) : snapshot.total_items();
    ++work.read;
  }

  void read_batch(const Order& order, Work& work) const {
    for (const StateResult& result : client_.states(planes(order), state_options(order), batch_options(order))) {
      count(order, result, work);
    }
  }

  void read_each(const Order& order, Work& work) const {
    const auto begin = std::chrono::steady_clock::now();
    const auto take = [&order, &work, begin](const StateResult& result) {
      count(order, result, work);
      if (result) work.last_read = std::chrono::steady_clock::now() - begin;
    };
    client_.for_each_state(planes(order), take, state_options(order), batch_options(order));
  }

  void score_each(const Order& order, Work& work) const {
    std::atomic<std::size_t> checksum{0};
    std::atomic<std::size_t> read{0};
    const auto take = [&](const StateResult& result) {
      checksum += score(*result);
      spin(order.spin);
      ++read;
    };
    client_.for_each_state(planes(order), take, state_options(order), batch_options(order));
    work.checksum += checksum;
    work.read += read;
  }

  [[nodiscard]] std::vector<Plane> planes(const Order& order) const {
    std::vector<Plane> planes;
    planes.reserve(order.planes);
    for (std::size_t i = 0; i < order.planes; ++i) planes.push_back(client_.plane(plane_id(order, i)));
    return planes;
  }

  static void count(const Order& order, const StateResult& result, Work& work) {
    if (result) {
      work.checksum += result->total_items();
      ++work.read;
      return;
    }
    if (order.exception_every == 0) result.error().raise();
    ++work.failed;
  }

  Client client_;
};

}  // namespace

std::unique_ptr<Contestant> make_sdk(const Endpoint& target, std::size_t most_connections) {
  return std::make_unique<SdkContestant>(target, most_connections);
}

}  // namespace kplane::bench
