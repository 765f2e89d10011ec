// Planes p0, p1, … of a client, which of them a request is about, and a server with a state of each.
#pragma once

#include <kplane/client.hpp>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/raw_server.hpp"

namespace kplane::tests {

[[nodiscard]] inline std::vector<Plane> planes_of(const Client& client, int count) {
  std::vector<Plane> planes;
  for (int i = 0; i < count; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  return planes;
}

[[nodiscard]] inline BatchOptions on_threads(std::size_t threads, std::size_t concurrency = 8) {
  BatchOptions batch;
  batch.threads = threads;
  batch.concurrency = concurrency;
  return batch;
}

/// Empty where the request is about none, as what is read of a connection that the client closed.
[[nodiscard]] inline std::string cluster_of(const std::string& request) {
  constexpr std::string_view prefix = "/clusters/";
  const auto at = request.find(prefix);
  if (at == std::string::npos) return {};
  const auto begin = at + prefix.size();
  return request.substr(begin, request.find('/', begin) - begin);
}

/// Answers every request with a small state of the plane that it is about.
[[nodiscard]] inline RawServer::Script serving_states() {
  return answering([](const std::string& request) { return http_response(200, state_body(cluster_of(request))); });
}

/// Counts the requests that a server is answering at the same time. Thread-safe.
class RequestsInFlight {
 public:
  void begin() noexcept {
    const int now = ++now_;
    int most = most_;
    while (most < now && !most_.compare_exchange_weak(most, now)) {
    }
  }
  void end() noexcept { --now_; }
  /// The highest number so far.
  [[nodiscard]] int most() const noexcept { return most_; }

 private:
  std::atomic<int> now_{0};
  std::atomic<int> most_{0};
};

/// As serving_states(), and counts the requests that are answered at the same time.
[[nodiscard]] inline RawServer::Script serving_states(RequestsInFlight& in_flight) {
  return answering([&in_flight](const std::string& request) {
    in_flight.begin();
    std::this_thread::yield();
    in_flight.end();
    return http_response(200, state_body(cluster_of(request)));
  });
}

}  // namespace kplane::tests
