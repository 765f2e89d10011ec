// The counters themselves, before anything is said by them: what is known to be allocated and copied, they see.
#include "support/costs.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace kplane::tests {
namespace {

constexpr std::size_t known_size = 100'000;

class CostsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!can_count_costs()) GTEST_SKIP() << "costs are counted in front of glibc only, and this is another C library";
  }
};

/// Keeps the compiler from dropping what nobody reads.
void use(const void* bytes) { asm volatile("" : : "g"(bytes) : "memory"); }

TEST_F(CostsTest, AllocationsCountWhileAndAfterTheyLive) {
  std::unique_ptr<char[]> block;
  const Costs made = costs_of([&] {
    block.reset(new char[known_size]);
    use(block.get());
  });
  EXPECT_EQ(made.allocations, 1);
  EXPECT_GE(made.live_bytes, static_cast<std::int64_t>(known_size));
  const Costs freed = costs_of([&] { block.reset(); });
  EXPECT_EQ(freed.allocations, 0);
  EXPECT_EQ(freed.live_bytes, -made.live_bytes);
}

TEST_F(CostsTest, EveryWayToAllocateCounts) {
  const Costs costs = costs_of([] {
    void* aligned = nullptr;
    ASSERT_EQ(::posix_memalign(&aligned, 64, known_size), 0);
    void* block = std::calloc(known_size, 1);
    use(block);
    block = std::realloc(block, 2 * known_size);
    use(block);
    std::free(block);
    std::free(aligned);
    block = std::aligned_alloc(64, 64);
    use(block);
    std::free(block);
  });
  EXPECT_EQ(costs.allocations, 4);
  EXPECT_EQ(costs.live_bytes, 0);
}

TEST_F(CostsTest, LargeCopiesCountAndSmallOnesDoNot) {
  std::vector<char> from(known_size, 'x');
  std::vector<char> to(known_size);
  const auto copy = [&](std::size_t size) {
    std::memcpy(to.data(), from.data(), size);
    use(to.data());
    std::memmove(to.data() + 1, to.data(), size - 1);
    use(to.data());
  };
  EXPECT_EQ(costs_of([&] { copy(known_size); }).copied_bytes, static_cast<std::int64_t>(2 * known_size - 1));
  EXPECT_EQ(costs_of([&] { copy(smallest_copy - 1); }).copied_bytes, 0);
}

TEST_F(CostsTest, ReallocCountsWhenItCopies) {
  std::array<void*, 16> blocks{};  // side by side, so that hardly one can grow where it is
  for (void*& block : blocks) block = std::malloc(smallest_copy);
  std::int64_t copied = 0;
  const Costs costs = costs_of([&] {
    for (void*& block : blocks) {
      const std::size_t held = ::malloc_usable_size(block);
      const auto before = reinterpret_cast<std::uintptr_t>(block);
      block = std::realloc(block, 4 * smallest_copy);
      use(block);
      if (reinterpret_cast<std::uintptr_t>(block) != before) copied += static_cast<std::int64_t>(held);
    }
  });
  for (void* block : blocks) std::free(block);
  EXPECT_GT(copied, 0);
  EXPECT_EQ(costs.copied_bytes, copied);
}

TEST_F(CostsTest, ReallocDoesNotCountWhenItMovesPages) {
  constexpr std::size_t always_mapped = std::size_t{64} << 20;
  void* block = std::malloc(always_mapped);
  use(block);
  const Costs costs = costs_of([&] {
    block = std::realloc(block, 2 * always_mapped);
    use(block);
  });
  std::free(block);
  EXPECT_EQ(costs.copied_bytes, 0);
  EXPECT_GE(costs.live_bytes, static_cast<std::int64_t>(always_mapped));
}

TEST_F(CostsTest, WhatLibcurlDoesCounts) {
  const std::string body(known_size, 'x');
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), &curl_easy_cleanup);
  ASSERT_EQ(curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size())), CURLE_OK);
  const Costs costs =
      costs_of([&] { static_cast<void>(curl_easy_setopt(handle.get(), CURLOPT_COPYPOSTFIELDS, body.data())); });
  // How often libcurl allocates and copies beside that is its own affair.
  EXPECT_GE(costs.allocations, 1);
  EXPECT_GE(costs.copied_bytes, static_cast<std::int64_t>(known_size));
  EXPECT_GE(costs.live_bytes, static_cast<std::int64_t>(known_size));
}

TEST_F(CostsTest, OtherThreadsDoNotCount) {
  std::thread other;
  std::size_t copied = 0;
  const Costs costs = costs_of([&] {
    other = std::thread([&copied] {
      const std::string one(known_size, 'x');
      const std::string two(one);
      copied = two.size();
    });
    other.join();
  });
  EXPECT_EQ(copied, known_size);
  EXPECT_EQ(costs.copied_bytes, 0);
  EXPECT_LT(costs.live_bytes, static_cast<std::int64_t>(known_size));
}

}  // namespace
}  // namespace kplane::tests
