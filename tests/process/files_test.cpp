// Fewer files than requests: what cannot be opened fails those requests alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/few_files.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds limit{300};

template <class Result>
void expect_value_or_transport_error(const Result& result) {
  if (result) return;
  EXPECT_NE(dynamic_cast<const TransportError*>(&result.error()), nullptr) << result.error().what();
}

template <class Results>
void expect_values_or_transport_errors(const Results& results, const std::vector<Plane>& planes) {
  EXPECT_EQ(results.size(), planes.size());
  for (const auto& result : results) expect_value_or_transport_error(result);
}

void read_batch(const Client& client, const std::vector<Plane>& planes) {
  expect_values_or_transport_errors(client.states(planes, {}, {.timeout = limit}), planes);
}

void read_batch_on_threads(const Client& client, const std::vector<Plane>& planes) {
  expect_values_or_transport_errors(client.states(planes, {}, {.timeout = limit, .threads = 2}), planes);
}

void wait_in_all(const Client& client, const std::vector<Plane>& planes) {
  const WaitTarget target{.api_version = "v1", .plural = "namespaces", .name = "default"};
  expect_values_or_transport_errors(client.wait_for(planes, target, conditions::exists(), limit), planes);
}

void read_by_event_loop(const Client& client, const std::vector<Plane>& planes) {
  EventLoop loop(client);
  std::vector<StateResult> results;
  for (const Plane& plane : planes) {
    loop.read_state(plane, {.timeout = limit}, [&](StateResult state) { results.push_back(std::move(state)); });
  }
  loop.run_until_idle();
  expect_values_or_transport_errors(results, planes);
}

void read_by_pool(const Client& client, const std::vector<Plane>& planes) {
  rl::PlanePool pool(client, planes, {.state = {.timeout = limit}});
  for (std::size_t i = 0; i < planes.size(); ++i) pool.send(i);
  std::size_t received = 0;
  while (pool.pending() > 0) {
    for (const rl::Observation& observation : pool.recv()) {
      expect_value_or_transport_error(observation.state);
      ++received;
    }
  }
  EXPECT_EQ(received, planes.size());
}

void watch_for_a_while(const Client& /*client*/, const std::vector<Plane>& planes) {
  planes[0].resource("v1", "namespaces").watch([](const WatchEvent&) { return false; }, {.timeout = limit});
}

struct Call {
  const char* name;
  void (*make)(const Client& client, const std::vector<Plane>& planes);
};

constexpr std::array<Call, 6> calls = {{{"batch", read_batch},
                                        {"batch on threads", read_batch_on_threads},
                                        {"waits", wait_in_all},
                                        {"event loop", read_by_event_loop},
                                        {"pool", read_by_pool},
                                        {"watch", watch_for_a_while}}};

class FewOpenFiles : public ::testing::TestWithParam<Call> {};

TEST_P(FewOpenFiles, FailNoMoreThanTheyMust) {
  if (needs_files) GTEST_SKIP() << why_files_are_needed;
  const testing::LocalServer server;
  for (const int files : {0, 1, 2, 3, 5, 8, 12}) {
    SCOPED_TRACE(files);
    ClientOptions options = server.client_options();
    options.request_timeout = limit;
    const Client client(server.base_url(), options);
    std::vector<Plane> planes;
    for (int i = 0; i < 8; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
    {
      const FewFiles few(files);
      try {
        GetParam().make(client, planes);
      } catch (const TransportError& error) {
        EXPECT_THAT(error.what(), ::testing::AnyOf(::testing::HasSubstr("too many open files"),
                                                   ::testing::HasSubstr("took longer than")));
      }
    }
    const StateOptions with_time{.timeout = std::chrono::minutes{1}};
    for (const StateResult& state : client.states(planes, with_time)) EXPECT_TRUE(state) << "there are files again";
  }
}

INSTANTIATE_TEST_SUITE_P(For, FewOpenFiles, ::testing::ValuesIn(calls), [](const auto& call) {
  std::string name = call.param.name;
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
});

}  // namespace
}  // namespace kplane::tests
