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

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/scripted_server.hpp"

namespace {

// Of the thread that a test runs on: the server's are not to fail.
thread_local std::size_t allocations_left = 0;  // 0: none fails
thread_local bool has_failed = false;

bool must_fail() noexcept {
  if (allocations_left == 0 || --allocations_left != 0) return false;
  has_failed = true;
  return true;
}

void* allocate(std::size_t size, std::size_t alignment) {
  void* block = nullptr;
  if (!must_fail())
    block = alignment == 0 ? std::malloc(size)
                           : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  return block;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment = 0) {
  void* block = allocate(size == 0 ? 1 : size, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, std::align_val_t to) {
  return allocate_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new[](std::size_t size, std::align_val_t to) {
  return allocate_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size == 0 ? 1 : size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size == 0 ? 1 : size, 0);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/, std::align_val_t /*to*/) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t& /*tag*/) noexcept { std::free(block); }

namespace kplane::tests {
namespace {

struct Failures {
  std::size_t allocations = 0;  ///< that the call makes
  std::size_t reported = 0;     ///< of which the failure came out of the call
};

/// @return whether a failure came out of the call
bool reports_failure(const std::function<void()>& call, std::size_t failing) {
  has_failed = false;
  allocations_left = failing;
  try {
    call();
    allocations_left = 0;
  } catch (const std::bad_alloc&) {
    allocations_left = 0;
    return true;
  } catch (const Error& error) {
    allocations_left = 0;
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
    if (!has_failed) return failures;
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
