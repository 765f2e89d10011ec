// Which transfer is stalled, when it counts again, and how many are stalled in all.
#include "http/concurrency_limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace kplane::http {
namespace {

/// A limiter with transfers, at a time that only these tests move.
class Busy {
 public:
  explicit Busy(std::size_t concurrency) : limiter(concurrency, now) {}

  /// Starts as many transfers as fit. @return their number
  std::size_t fill() {
    const std::size_t before = transfers.size();
    while (limiter.has_free()) {
      limiter.add(transfers.emplace_back());
    }
    return transfers.size() - before;
  }
  /// A look after `time`. @return whether it made room for a probe
  bool look_after(Milliseconds time) {
    now += time;
    std::vector<TransferProgress*> all;
    for (TransferProgress& transfer : transfers) all.push_back(&transfer);
    return limiter.look(now, all);
  }
  void answer(std::size_t index, Milliseconds duration = Milliseconds{1}) {
    limiter.remove(transfers[index]);
    limiter.answered(transfers[index], duration);
    transfers.erase(transfers.begin() + static_cast<std::ptrdiff_t>(index));
  }
  /// Answers one that started after the first of all was last looked at.
  void overtake_the_first() {
    answer(transfers.size() - 1);
    fill();
    answer(transfers.size() - 1);
  }
  /// Makes the grace period as short as it gets.
  void answer_many_quickly() {
    for (int i = 0; i < 200; ++i) {
      fill();
      answer(transfers.size() - 1);
    }
    fill();
    look_after(Milliseconds{25});
  }

  TimePoint now{};
  ConcurrencyLimiter limiter;
  std::vector<TransferProgress> transfers;
};

TEST(ConcurrencyLimiter, HasFreeSlotsUpToTheConcurrency) {
  Busy busy(3);
  EXPECT_EQ(busy.fill(), 3U);
  busy.answer(0);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, GraceFollowsTheMeanDurationWithinItsBounds) {
  ConcurrencyLimiter limiter(1, {});
  EXPECT_EQ(limiter.grace(), Milliseconds{1'000});
  for (int i = 0; i < 200; ++i) limiter.answered({}, Milliseconds{50});
  EXPECT_NEAR(static_cast<double>(limiter.grace().count()), 200e3, 1e3);
  for (int i = 0; i < 200; ++i) limiter.answered({}, Milliseconds{1});
  EXPECT_EQ(limiter.grace(), Milliseconds{100});
  for (int i = 0; i < 200; ++i) limiter.answered({}, Milliseconds{5'000});
  EXPECT_GT(limiter.grace(), Milliseconds{19'000}) << "a slow server is given its time";
}

TEST(ConcurrencyLimiter, SilentTransferIsStalledWhenALaterOneIsAnswered) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.answer(1);
  busy.fill();
  busy.look_after(Milliseconds{99});
  EXPECT_FALSE(busy.transfers[0].stalled) << "not before its grace period is over";
  busy.answer(1);
  busy.fill();
  EXPECT_FALSE(busy.look_after(Milliseconds{1}));
  EXPECT_TRUE(busy.transfers[0].stalled);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, TransferThatNoLaterOneOvertakesIsNotStalled) {
  Busy busy(4);
  busy.fill();
  for (int i = 0; i < 100; ++i) {  // a server that answers one after the other
    busy.look_after(Milliseconds{900});
    busy.answer(0, Milliseconds{1});
    EXPECT_EQ(busy.fill(), 1U);
  }
}

TEST(ConcurrencyLimiter, TransferThatReceivesBytesIsNotStalled) {
  Busy busy(2);
  busy.answer_many_quickly();
  for (int i = 0; i < 20; ++i) {
    ++busy.transfers[0].received;
    busy.answer(1);
    busy.fill();
    busy.look_after(Milliseconds{90});
  }
  EXPECT_FALSE(busy.transfers[0].stalled);
}

TEST(ConcurrencyLimiter, StalledTransferCountsAgainWhenBytesArrive) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.overtake_the_first();
  busy.look_after(Milliseconds{100});
  ASSERT_TRUE(busy.transfers[0].stalled);
  busy.fill();
  ASSERT_EQ(busy.transfers.size(), 3U);

  busy.transfers[0].received = 10;
  busy.look_after(Milliseconds{25});
  EXPECT_FALSE(busy.transfers[0].stalled);
  busy.answer(2);
  EXPECT_EQ(busy.fill(), 0U) << "two are still in flight, and both count";
  busy.answer(1);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, EndOfAStalledTransferFreesNoFurtherSlot) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.overtake_the_first();
  busy.look_after(Milliseconds{100});
  busy.fill();
  ASSERT_TRUE(busy.transfers[0].stalled);
  busy.answer(0);
  EXPECT_EQ(busy.fill(), 0U);
}

TEST(ConcurrencyLimiter, SilentServerSeesFewerAndFewerProbes) {
  Busy busy(4);
  std::vector<int> seconds;
  for (int second = 0; second <= 60; ++second) {
    busy.fill();
    if (busy.look_after(Milliseconds{1'000})) seconds.push_back(second);
  }
  EXPECT_EQ(seconds, (std::vector<int>{1, 3, 7, 15, 31}));
  EXPECT_EQ(busy.transfers.size(), 4U + 5U);
}

TEST(ConcurrencyLimiter, AnsweredProbeMakesAllSilentOnesStalled) {
  Busy busy(4);
  busy.fill();
  busy.look_after(Milliseconds{25});
  ASSERT_TRUE(busy.look_after(Milliseconds{1'000}));
  ASSERT_EQ(busy.fill(), 1U);
  busy.answer(4);
  EXPECT_FALSE(busy.look_after(Milliseconds{25}));
  EXPECT_EQ(busy.fill(), 4U);
}

TEST(ConcurrencyLimiter, ServerThatPausesIsNotMistakenForStalledTransfers) {
  Busy busy(4);
  busy.answer_many_quickly();
  busy.look_after(Milliseconds{99});
  for (const TransferProgress& transfer : busy.transfers) EXPECT_FALSE(transfer.stalled);
  EXPECT_TRUE(busy.look_after(Milliseconds{1}));
  EXPECT_EQ(busy.fill(), 1U) << "a probe, and no more";
}

TEST(ConcurrencyLimiter, StalledOnesAreBoundedByTheConcurrency) {
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{2}, std::size_t{16}, std::size_t{100}}) {
    Busy busy(concurrency);
    for (int i = 0; i < 500; ++i) {
      busy.fill();
      TransferProgress other;
      busy.limiter.add(other);
      busy.limiter.remove(other);
      busy.limiter.answered(other, Milliseconds{1});
      busy.look_after(Milliseconds{100});
    }
    EXPECT_EQ(busy.transfers.size(), busy.limiter.most_in_flight());
    EXPECT_EQ(busy.limiter.most_in_flight(), concurrency + std::min<std::size_t>(15 * concurrency, 256));
  }
}

}  // namespace
}  // namespace kplane::http
