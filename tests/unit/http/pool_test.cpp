// The pool's bounds and order.
#include "http/pool.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace kplane::http {
namespace {

using IntPool = Pool<int>;

std::function<int()> counter() {
  return [next = 0]() mutable { return ++next; };
}

TEST(Pool, HandsOutWhatWasUsedLast) {
  IntPool pool(2, detail::Milliseconds{60'000}, counter());
  {
    auto first = pool.acquire(detail::TimePoint::max());
    auto second = pool.acquire(detail::TimePoint::max());
    EXPECT_EQ(**first, 1);
    EXPECT_EQ(**second, 2);
    second.reset();
    first.reset();
  }
  EXPECT_EQ(**pool.acquire(detail::TimePoint::max()), 1);
}

TEST(Pool, DiscardedIsNotHandedOutAgain) {
  IntPool pool(1, detail::Milliseconds{60'000}, counter());
  pool.acquire(detail::TimePoint::max())->discard();
  EXPECT_EQ(**pool.acquire(detail::TimePoint::max()), 2);
}

TEST(Pool, IdleForTooLongIsDropped) {
  IntPool pool(1, detail::Milliseconds{-1}, counter());
  EXPECT_EQ(**pool.acquire(detail::TimePoint::max()), 1);
  EXPECT_EQ(**pool.acquire(detail::TimePoint::max()), 2);
}

TEST(Pool, FullPoolWaitsUntilTheDeadline) {
  IntPool pool(1, detail::Milliseconds{60'000}, counter());
  const auto held = pool.acquire(detail::TimePoint::max());
  EXPECT_FALSE(pool.acquire(std::chrono::steady_clock::now() + detail::Milliseconds{1}));
}

TEST(Pool, WaiterGetsTheFreedPlace) {
  IntPool pool(1, detail::Milliseconds{60'000}, counter());
  auto held = pool.acquire(detail::TimePoint::max());
  auto waiter = std::async(std::launch::async, [&pool] { return **pool.acquire(detail::TimePoint::max()); });
  held.reset();
  EXPECT_EQ(waiter.get(), 1);
}

TEST(Pool, FailureToMakeGivesThePlaceBack) {
  bool fail = true;
  IntPool pool(1, detail::Milliseconds{60'000}, [&fail] { return fail ? throw std::runtime_error("no") : 1; });
  EXPECT_THROW((void)pool.acquire(detail::TimePoint::max()), std::runtime_error);
  fail = false;
  EXPECT_TRUE(pool.acquire(std::chrono::steady_clock::now()));
}

}  // namespace
}  // namespace kplane::http
