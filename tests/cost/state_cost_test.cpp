// What reading states costs the caller: bounds for what must not be done twice, and must not grow with the planes.
#include <kplane/kplane.hpp>

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/bodies.hpp"
#include "support/costs.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

/// How a response says where its body ends.
enum class Framing { by_length, by_chunks, by_close };

std::string chunk(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string size;
  for (std::size_t rest = bytes.size(); rest != 0; rest /= 16) size.insert(size.begin(), digits[rest % 16]);
  return (size.empty() ? "0" : size) + "\r\n" + std::string(bytes) + "\r\n";
}

std::string response_of(const std::string& body, Framing framing) {
  if (framing == Framing::by_length) return http_response(200, body);
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  if (framing == Framing::by_close) return head + "Connection: close\r\n\r\n" + body;
  std::string response = head + "Transfer-Encoding: chunked\r\n\r\n";
  constexpr std::size_t chunk_size = 30'000;
  for (std::size_t at = 0; at < body.size(); at += chunk_size)
    response += chunk(std::string_view(body).substr(at, chunk_size));
  return response + chunk({});
}

RawServer::Script serving(const std::string& body, Framing framing = Framing::by_length) {
  return [response = response_of(body, framing), framing](Connection& connection) {
    while (!connection.read_request().empty() && connection.send(response) && framing != Framing::by_close) {
    }
  };
}

class StateCost : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!can_count_costs()) GTEST_SKIP() << "costs are counted in front of glibc only, and this is another C library";
  }
};

/// Of a call that was made a few times before.
Costs warm_costs_of(const std::function<void()>& call) {
  for (int i = 0; i < 3; ++i) call();
  return costs_of(call);
}

Costs costs_of_state(const std::string& body, Framing framing = Framing::by_length) {
  const RawServer server(serving(body, framing));
  const Client client(server.base_url());
  const Plane plane = client.plane("alpha");
  return warm_costs_of([&] { static_cast<void>(plane.state()); });
}

std::size_t drop(char* /*data*/, std::size_t size, std::size_t count, void* /*unused*/) { return size * count; }

/// Of the same download by libcurl alone, with no option set but what it takes.
Costs costs_of_libcurl(const std::string& body) {
  const RawServer server(serving(body));
  const std::string url = server.base_url() + "/clusters/alpha/control-plane/state";
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), &curl_easy_cleanup);
  return warm_costs_of([&] {
    curl_easy_reset(handle.get());
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &drop);
    EXPECT_EQ(curl_easy_perform(handle.get()), CURLE_OK);
  });
}

// ---- One read

TEST_F(StateCost, AllocationsAreFewBesideThoseOfLibcurl) {
  constexpr std::int64_t most = 69;  // 60 were counted
  const std::string body = make_state_body("alpha", rollout_plane);
  EXPECT_LE(costs_of_state(body).allocations, costs_of_libcurl(body).allocations + most);
}

TEST_F(StateCost, AllocationsDoNotGrowWithTheObjects) {
  const auto few = costs_of_state(make_state_body("alpha", {5, 2})).allocations;
  const auto many = costs_of_state(make_state_body("alpha", {5, 200})).allocations;
  EXPECT_LE(std::abs(many - few), 2) << few << " with 10 pods, " << many << " with 1,000";
}

TEST_F(StateCost, BodyIsCopiedOnce) {
  const std::string body = make_state_body("alpha", rollout_plane);
  const auto size = static_cast<double>(body.size());
  EXPECT_LE(static_cast<double>(costs_of_state(body, Framing::by_length).copied_bytes), 1.1 * size);
  EXPECT_LE(static_cast<double>(costs_of_state(body, Framing::by_chunks).copied_bytes), 1.1 * size);
  EXPECT_LE(static_cast<double>(costs_of_state(body, Framing::by_close).copied_bytes), 1.1 * size);
}

TEST_F(StateCost, BodyOfUnknownLengthIsCopiedOnceMoreWhenItIsLargerThanTheLast) {
  const std::string small = make_state_body("small", rollout_plane);
  const std::string large = make_state_body("large", {5, 13});
  const RawServer server(answering([&](const std::string& request) {
    return response_of(cluster_of(request) == "small" ? small : large, Framing::by_chunks);
  }));
  const Client client(server.base_url());
  const Plane small_plane = client.plane("small");
  const Plane large_plane = client.plane("large");
  const Costs costs = warm_costs_of([&] {
    static_cast<void>(small_plane.state());
    static_cast<void>(large_plane.state());
  });
  EXPECT_LE(static_cast<double>(costs.copied_bytes),
            1.1 * static_cast<double>(small.size()) + 2.2 * static_cast<double>(large.size()));
}

// ---- The fields of what was read

std::size_t read_fields(const Object& pod) {
  std::size_t found = 0;
  if (!pod.name().empty()) ++found;
  if (pod.get<std::string_view>("/status/phase")) ++found;
  if (pod.get<std::string_view>("/metadata/labels/app.kubernetes.io~1name")) ++found;
  if (pod.get<std::string_view>("/metadata/labels/tier")) ++found;
  if (pod.get<std::int64_t>("/spec/terminationGracePeriodSeconds")) ++found;
  if (pod.get<bool>("/spec/enableServiceLinks")) ++found;
  return found;
}

TEST_F(StateCost, FieldsAreReadWithoutAllocating) {
  constexpr std::size_t pod_count = 1'000;
  const RawServer server(serving(make_state_body("alpha", {5, 200})));
  const Client client(server.base_url());
  const Snapshot snapshot = client.plane("alpha").state();
  std::size_t found = 0;
  Costs first;
  Costs second;
  std::thread reader([&] {  // which has no parsers yet
    const auto read_all = [&] {
      for (const Object& pod : snapshot.by_resource("pods")->items) found += read_fields(pod);
    };
    first = costs_of(read_all);
    second = costs_of(read_all);
  });
  reader.join();
  EXPECT_EQ(found, 2 * 6 * pod_count);
  EXPECT_LE(first.allocations, 150);  // the thread's few parsers, made and grown to the largest pod
  EXPECT_EQ(second.allocations, 0);
}

// ---- Memory

/// What a Snapshot may hold: the body, of which one part in 16 may be wasted, its Objects of 32 bytes, and the rest.
std::int64_t most_held(const std::string& body, std::size_t objects) {
  constexpr std::size_t object = 48;
  constexpr std::size_t rest = 8'192;
  return static_cast<std::int64_t>(body.size() + body.size() / 16 + objects * object + rest);
}

/// Reads bodies in turn and keeps the last Snapshot; the client, and what it keeps for itself, is gone then.
Snapshot read_last(const std::vector<std::string>& bodies, Framing framing) {
  std::atomic<std::size_t> next{0};
  const RawServer server(answering([&](const std::string&) { return response_of(bodies.at(next++), framing); }));
  const Client client(server.base_url());
  const Plane plane = client.plane("alpha");
  for (std::size_t i = 1; i < bodies.size(); ++i) static_cast<void>(plane.state());
  return plane.state();
}

void expect_little_held_beside_the_last(const std::vector<std::string>& bodies, Framing framing) {
  Snapshot snapshot = read_last(bodies, framing);
  const std::size_t objects = snapshot.total_items();
  const std::int64_t held = -costs_of([&] { snapshot = Snapshot(); }).live_bytes;
  EXPECT_GE(held, static_cast<std::int64_t>(bodies.back().size()));
  EXPECT_LE(held, most_held(bodies.back(), objects)) << "for a body of " << bodies.back().size() << " bytes";
}

TEST_F(StateCost, SnapshotHoldsLittleBesideItsBody) {
  for (const Workload& workload : {fresh_plane, rollout_plane, Workload{5, 200}}) {
    const std::string body = make_state_body("alpha", workload);
    for (const Framing framing : {Framing::by_length, Framing::by_chunks})
      expect_little_held_beside_the_last({body, body}, framing);
  }
}

TEST_F(StateCost, SnapshotHoldsNothingOfTheLargerBodyThatWasReadBefore) {
  const std::string large = make_state_body("alpha", {5, 200});
  const std::string small = make_state_body("alpha", rollout_plane);
  for (const Framing framing : {Framing::by_length, Framing::by_chunks})
    expect_little_held_beside_the_last({large, large, small}, framing);
}

constexpr std::int64_t connection = 96 * 1'024;  // libcurl's buffer for receiving is 64 KiB of it

BatchOptions with_places(std::size_t places) {
  BatchOptions options;
  options.concurrency = places;
  return options;
}

/// What is live whenever a batch hands a result over.
std::vector<std::int64_t> live_in_batch(std::size_t places, int planes) {
  const RawServer server(
      answering([](const std::string& request) { return http_response(200, state_body(cluster_of(request))); }));
  const Client client(server.base_url());
  std::vector<std::int64_t> live;
  live.reserve(static_cast<std::size_t>(planes));
  client.for_each_state(
      planes_of(client, planes), [&](const StateResult&) { live.push_back(costs_so_far().live_bytes); }, {},
      with_places(places));
  return live;
}

TEST_F(StateCost, BatchHoldsNoMoreAtItsEndThanAtItsBeginning) {
  for (const std::size_t places : {std::size_t{1}, std::size_t{8}}) {
    const auto live = live_in_batch(places, 2'000);
    ASSERT_EQ(live.size(), 2'000U);
    // The other places may hold a transfer that is under way in one of the two moments and not in the other one.
    const std::int64_t tolerated = static_cast<std::int64_t>(places - 1) * connection + 4'096;
    EXPECT_LE(std::abs(live[1'900] - live[100]), tolerated) << "with places for " << places;
  }
}

TEST_F(StateCost, BatchHoldsNoMoreBodiesThanPlaces) {
  constexpr std::size_t places = 8;
  const std::string body = make_state_body("alpha", fresh_plane);
  const RawServer server(serving(body));
  const Client client(server.base_url());
  const std::vector<Plane> planes(200, client.plane("alpha"));
  const std::int64_t before = costs_so_far().live_bytes;
  std::int64_t most = 0;
  std::size_t objects = 0;
  const auto take = [&](const StateResult& result) {
    most = std::max(most, costs_so_far().live_bytes - before);
    objects = result->total_items();
  };
  client.for_each_state(planes, take, {}, with_places(places));
  EXPECT_LE(most, static_cast<std::int64_t>(places + 1) * (most_held(body, objects) + connection));
}

}  // namespace
}  // namespace kplane::tests
