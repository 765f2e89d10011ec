// Every allocation of the hot path fails once: the failure comes through, nothing leaks, and the client works
// afterwards.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>

#include "process/failing_allocations.hpp"
#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {
namespace {

struct Failures {
  std::size_t allocations = 0;  ///< that the call makes
  std::size_t reported = 0;     ///< of which the failure came out of the call
};

/// @return whether a failure came out of the call
bool reports_failure(const std::function<void()>& call, std::size_t failing) {
  fail_own_allocation(failing);
  try {
    call();
    fail_no_allocation();
  } catch (const std::bad_alloc&) {
    fail_no_allocation();
    return true;
  } catch (const Error& error) {
    fail_no_allocation();
    EXPECT_NE(error.what()[0], '\0');
    return true;
  }
  return false;
}

/// Lets one allocation after another fail, until the call makes no more of them.
Failures fail_each_allocation(const std::function<void()>& call) {
  constexpr std::size_t most = 20'000;
  call();  // what is allocated once and kept
  Failures failures;
  while (failures.allocations < most) {
    const bool reported = reports_failure(call, failures.allocations + 1);
    if (!has_failed_allocation()) return failures;
    ++failures.allocations;
    if (reported) ++failures.reported;
  }
  ADD_FAILURE() << "there is no end of allocations";
  return failures;
}

class BadAlloc : public ::testing::Test {
 protected:
  const RawServer server_{serving_states()};
  const Client client_{server_.base_url(), without_retries()};
};

TEST_F(BadAlloc, InAReadOfAStateComesThrough) {
  const Plane plane = client_.plane("alpha");
  const Failures failures = fail_each_allocation([&] {
    if (plane.state().cluster != "alpha") std::abort();
  });
  EXPECT_GT(failures.allocations, 10U);
  EXPECT_EQ(failures.reported, failures.allocations);
  EXPECT_EQ(plane.state().cluster, "alpha");
}

TEST_F(BadAlloc, InABatchComesThrough) {
  const std::vector<Plane> planes = {client_.plane("alpha"), client_.plane("beta"), client_.plane("gamma")};
  const Failures failures = fail_each_allocation([&] {
    std::size_t seen = 0;
    client_.for_each_state(planes, [&](const StateResult& state) {
      ++seen;
      if (!state) state.error().raise();
    });
    if (seen != planes.size()) std::abort();
  });
  EXPECT_GT(failures.allocations, 10U);
  EXPECT_EQ(failures.reported, failures.allocations);
  for (const auto& state : client_.states(planes)) EXPECT_TRUE(state);
}

/// Answers each call for a ConfigMap, a list with one, and what its plane serves.
std::string answer_with_a_map(const std::string& request) {
  const std::string map =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"8"}})";
  const std::string line = request.substr(0, request.find('\r'));
  if (line.find("/api/v1 ") != std::string::npos) {
    return http_response(
        200,
        R"({"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["patch"]}]})");
  }
  const bool is_list = line.compare(0, 3, "GET") == 0 && line.find("configmaps/a") == std::string::npos;
  if (!is_list) return http_response(line.compare(0, 4, "POST") == 0 ? 201 : 200, map);
  return http_response(
      200, R"({"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"8"},"items":[)" + map + "]}");
}

class BadAllocOfObjects : public ::testing::Test {
 protected:
  static void expect_all_come_through(const std::function<void()>& call) {
    const Failures failures = fail_each_allocation(call);
    EXPECT_GT(failures.allocations, 10U);
    EXPECT_GT(2 * failures.reported, failures.allocations) << "some are done without, or tried again";
    call();
  }

  const RawServer server_{answering(answer_with_a_map)};
  const Client client_{server_.base_url(), without_retries()};
  const Plane plane_ = client_.plane("alpha");
  const Resource maps_ = plane_.resource("v1", "configmaps").in("default");
  const std::string map_ = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}})";
};

TEST_F(BadAllocOfObjects, InAReadComesThrough) {
  expect_all_come_through([&] {
    if (maps_.get("a").name() != "a") std::abort();
  });
}

TEST_F(BadAllocOfObjects, InAListComesThrough) {
  expect_all_come_through([&] {
    std::size_t count = 0;
    for (const Object& map : maps_.list()) count += map.name() == "a" ? 1 : 0;
    if (count != 1) std::abort();
  });
}

TEST_F(BadAllocOfObjects, InWritesComesThrough) {
  expect_all_come_through([&] { maps_.create(map_); });
  expect_all_come_through([&] { maps_.replace(map_); });
  expect_all_come_through([&] { maps_.apply(map_); });
  expect_all_come_through([&] { maps_.patch("a", PatchType::merge, R"({"data":{"k":"v"}})"); });
}

TEST_F(BadAllocOfObjects, InAnEventLoopComesThrough) {
  expect_all_come_through([&] {
    EventLoop loop(client_);
    bool has_come = false;
    loop.send(plane_, maps_.apply_request(map_), [&](const ResponseResult& response) {
      if (!response) response.error().raise();
      has_come = true;
    });
    loop.run_until_idle();
    if (!has_come) std::abort();
  });
}

TEST_F(BadAllocOfObjects, InASetOfManifestsComesThrough) {
  const Manifests manifests = Manifests::from_yaml(map_);
  expect_all_come_through([&] { plane_.apply(manifests).raise_if_failed(); });
}

/// A plane without objects, in which a watch then sees one.
void answer_with_an_object(Connection& connection) {
  const std::string object = R"({"metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"8"}})";
  for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
    if (request.find("watch=1") == std::string::npos) {
      if (!connection.send(http_response(200, R"({"metadata":{"resourceVersion":"7"},"items":[]})"))) return;
    } else {
      connection.send(stream_head + chunk(event("ADDED", object)));
      return connection.wait_for_close();
    }
  }
}

TEST(BadAllocOfWaits, InManyAtOnceComesThrough) {
  const RawServer server(answer_with_an_object);
  const Client client(server.base_url(), without_retries());
  const std::vector<Plane> planes = {client.plane("alpha"), client.plane("beta"), client.plane("gamma")};
  const auto wait = [&] {
    for (const WaitResult& result :
         client.wait_for(planes, {"v1", "configmaps", "default", "a"}, conditions::exists(), std::chrono::minutes{1})) {
      if (!result) result.error().raise();
      if (!result.object()) std::abort();
    }
  };
  const Failures failures = fail_each_allocation(wait);
  EXPECT_GT(failures.allocations, 10U);
  EXPECT_EQ(failures.reported, failures.allocations);
  wait();
}

TEST(BadAllocOfWatches, InOneComesThrough) {
  const RawServer server(answer_with_an_object);
  const Client client(server.base_url(), without_retries());
  const Resource maps = client.plane("alpha").resource("v1", "configmaps").in("default");
  const auto watch = [&] {
    bool has_come = false;
    maps.watch([&](const WatchEvent& event) {
      has_come = event.object.name() == "a";
      return false;
    });
    if (!has_come) std::abort();
  };
  const Failures failures = fail_each_allocation(watch);
  EXPECT_GT(failures.allocations, 10U);
  EXPECT_GT(2 * failures.reported, failures.allocations);
  watch();
}

TEST(BadAllocWithoutRequests, InManifestsComesThrough) {
  const std::string text =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: \"v\\u0041\"}\n---\n"
      "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n";
  const Failures failures = fail_each_allocation([&] {
    if (Manifests::from_yaml(text).size() != 2) std::abort();
  });
  EXPECT_GT(failures.allocations, 10U);
  EXPECT_EQ(failures.reported, failures.allocations);
}

TEST(BadAllocWithoutRequests, InDifferencesAndDigestsComesThrough) {
  const std::string head =
      R"({"cluster":"a","snapshotTime":"2026-01-02T03:04:05Z","liveResources":1,"resources":[{"group":"","resource":"pods","synced":true,"itemCount":2,"items":[)";
  const Snapshot before = Snapshot::from_json(
      head +
      R"({"metadata":{"name":"x","namespace":"d"},"spec":{"a":[1,{"b":"\u0041"}]}},{"metadata":{"name":"y"}}]}]})");
  const Snapshot after = Snapshot::from_json(
      head +
      R"({"metadata":{"name":"x","namespace":"d"},"spec":{"a":[2,{"c":"\u0041"}]}},{"metadata":{"name":"z"}}]}]})");
  const std::size_t changes = diff(before, after).size();
  const Failures failures = fail_each_allocation([&] {
    if (diff(before, after).size() != changes) std::abort();
  });
  EXPECT_GT(failures.allocations, 5U);
  EXPECT_GT(2 * failures.reported, failures.allocations) << "beside std::stable_sort, which does without its buffer";
  const Digest expected = digest(before);
  static_cast<void>(fail_each_allocation([&] {
    if (digest(before) != expected) std::abort();
  }));
  static_cast<void>(fail_each_allocation([&] {
    if (Snapshot::from_json(before.raw()).total_items() != 2) std::abort();
  }));
  EXPECT_EQ(diff(before, after).size(), changes);
}

}  // namespace
}  // namespace kplane::tests
