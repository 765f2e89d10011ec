// Who lends its place, when it counts again, and how much is lent in all.
#include "http/concurrency_limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace kplane::http {
namespace {

/// ConcurrencyLimiter with transfers in them, at a time that only these tests move.
class Busy {
 public:
  explicit Busy(std::size_t concurrency) : places(concurrency, now) {}

  /// Starts as many transfers as fit. @return their number
  std::size_t fill() {
    const std::size_t before = transfers.size();
    while (places.has_free()) {
      places.take(transfers.emplace_back());
    }
    return transfers.size() - before;
  }
  /// A look after `time`. @return whether it made room for a probe
  bool look_after(Milliseconds time) {
    now += time;
    std::vector<TransferProgress*> all;
    for (TransferProgress& transfer : transfers) all.push_back(&transfer);
    return places.look(now, all);
  }
  void answer(std::size_t index, Milliseconds duration = Milliseconds{1}) {
    places.give_back(transfers[index]);
    places.answered(transfers[index], duration);
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
  ConcurrencyLimiter places;
  std::vector<TransferProgress> transfers;
};

TEST(ConcurrencyLimiter, AreFreeUpToTheConcurrency) {
  Busy busy(3);
  EXPECT_EQ(busy.fill(), 3U);
  busy.answer(0);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, GraceFollowsTheMeanDurationWithinItsBounds) {
  ConcurrencyLimiter places(1, {});
  EXPECT_EQ(places.grace(), Milliseconds{1'000});
  for (int i = 0; i < 200; ++i) places.answered({}, Milliseconds{50});
  EXPECT_NEAR(static_cast<double>(places.grace().count()), 200e3, 1e3);
  for (int i = 0; i < 200; ++i) places.answered({}, Milliseconds{1});
  EXPECT_EQ(places.grace(), Milliseconds{100});
  for (int i = 0; i < 200; ++i) places.answered({}, Milliseconds{5'000});
  EXPECT_GT(places.grace(), Milliseconds{19'000}) << "a slow server is given its time";
}

TEST(ConcurrencyLimiter, SilentTransferLendsItsPlaceWhenAnotherIsAnswered) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.answer(1);
  busy.fill();
  busy.look_after(Milliseconds{99});
  EXPECT_FALSE(busy.transfers[0].lent) << "not before its grace period is over";
  busy.answer(1);
  busy.fill();
  EXPECT_FALSE(busy.look_after(Milliseconds{1}));
  EXPECT_TRUE(busy.transfers[0].lent);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, TransferThatNoLaterOneOvertakesLendsNothing) {
  Busy busy(4);
  busy.fill();
  for (int i = 0; i < 100; ++i) {  // a server that answers one after the other
    busy.look_after(Milliseconds{900});
    busy.answer(0, Milliseconds{1});
    EXPECT_EQ(busy.fill(), 1U);
  }
}

TEST(ConcurrencyLimiter, TransferThatReceivesBytesLendsNothing) {
  Busy busy(2);
  busy.answer_many_quickly();
  for (int i = 0; i < 20; ++i) {
    ++busy.transfers[0].received;
    busy.answer(1);
    busy.fill();
    busy.look_after(Milliseconds{90});
  }
  EXPECT_FALSE(busy.transfers[0].lent);
}

TEST(ConcurrencyLimiter, LentPlaceCountsAgainWhenBytesArrive) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.overtake_the_first();
  busy.look_after(Milliseconds{100});
  ASSERT_TRUE(busy.transfers[0].lent);
  busy.fill();
  ASSERT_EQ(busy.transfers.size(), 3U);

  busy.transfers[0].received = 10;
  busy.look_after(Milliseconds{25});
  EXPECT_FALSE(busy.transfers[0].lent);
  busy.answer(2);
  EXPECT_EQ(busy.fill(), 0U) << "two are still in flight, and both count";
  busy.answer(1);
  EXPECT_EQ(busy.fill(), 1U);
}

TEST(ConcurrencyLimiter, EndOfALentTransferFreesNoFurtherPlace) {
  Busy busy(2);
  busy.answer_many_quickly();
  busy.overtake_the_first();
  busy.look_after(Milliseconds{100});
  busy.fill();
  ASSERT_TRUE(busy.transfers[0].lent);
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

TEST(ConcurrencyLimiter, AnsweredProbeLetsAllSilentOnesLend) {
  Busy busy(4);
  busy.fill();
  busy.look_after(Milliseconds{25});
  ASSERT_TRUE(busy.look_after(Milliseconds{1'000}));
  ASSERT_EQ(busy.fill(), 1U);
  busy.answer(4);
  EXPECT_FALSE(busy.look_after(Milliseconds{25}));
  EXPECT_EQ(busy.fill(), 4U);
}

TEST(ConcurrencyLimiter, ServerThatPausesIsNotMistakenForSilentTransfers) {
  Busy busy(4);
  busy.answer_many_quickly();
  busy.look_after(Milliseconds{99});
  for (const TransferProgress& transfer : busy.transfers) EXPECT_FALSE(transfer.lent);
  EXPECT_TRUE(busy.look_after(Milliseconds{1}));
  EXPECT_EQ(busy.fill(), 1U) << "a probe, and no more";
}

TEST(ConcurrencyLimiter, LentOnesAreBoundedByTheConcurrency) {
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{2}, std::size_t{16}, std::size_t{100}}) {
    Busy busy(concurrency);
    for (int i = 0; i < 500; ++i) {
      busy.fill();
      TransferProgress other;
      busy.places.take(other);
      busy.places.give_back(other);
      busy.places.answered(other, Milliseconds{1});
      busy.look_after(Milliseconds{100});
    }
    EXPECT_EQ(busy.transfers.size(), busy.places.most_in_flight());
    EXPECT_EQ(busy.places.most_in_flight(), concurrency + std::min<std::size_t>(15 * concurrency, 256));
  }
}

}  // namespace
}  // namespace kplane::http
