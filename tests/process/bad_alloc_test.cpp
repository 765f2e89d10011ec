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
  static std::string answer(const std::string& request) {
    const std::size_t begin = request.find("/clusters/") + std::string("/clusters/").size();
    return http_response(200, state_body(request.substr(begin, request.find('/', begin) - begin)));
  }
  const RawServer server_{answering(answer)};
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
