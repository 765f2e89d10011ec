// Calls that block, ended by another thread.
#include <cstddef>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveStop = LiveTest;

/// Runs `block` on a thread of its own, with a function to call once it blocks; then asks `source` to stop.
/// @return what `block` returned
template <class Block>
auto stop_while(Block&& block, StopSource& source) {
  std::promise<void> blocked;
  auto result = std::async(std::launch::async, [&] {
    bool has_said_so = false;
    return block([&] {
      if (!std::exchange(has_said_so, true)) blocked.set_value();
    });
  });
  blocked.get_future().wait_for(patience);
  EXPECT_TRUE(source.request_stop());
  return result.get();
}

TEST_F(LiveStop, EndsAWatch) {
  const RemovedAtEnd maps(config_maps(ready_plane("watch")));
  maps->create(made_config_map("there", "x"));
  StopSource source;
  WatchOptions options;
  options.label_selector = made_here;
  options.timeout = patience;
  options.stop = source.token();
  const auto watch = [&](const auto& is_blocked) {
    return maps->watch(
        [&](const WatchEvent&) {
          is_blocked();
          return true;
        },
        options);
  };
  EXPECT_EQ(stop_while(watch, source), WatchEnd::stopped);
}

TEST_F(LiveStop, EndsAWait) {
  const Resource maps = config_maps(ready_plane("wait"));
  StopSource source;
  const auto wait = [&](const auto& is_blocked) {
    const auto never = [&](const Object*) {
      is_blocked();
      return false;
    };
    return maps.wait_for("nothing", never, patience, source.token());
  };
  EXPECT_THROW(stop_while(wait, source), StoppedError);
}

TEST_F(LiveStop, EndsTheWaitForAFleet) {
  StopSource source;
  EphemeralFleet fleet = client().ephemeral_fleet(unique("stopped"), FleetSpec{});
  fleet.wait_until_ready(patience);
  WaitOptions options;
  options.stop = source.token();
  source.request_stop();
  EXPECT_THROW(fleet.wait_until_ready(options), StoppedError) << "even of one that is ready";
}

TEST_F(LiveStop, OfAClientEndsAllItsCalls) {
  StopSource source;
  ClientOptions options;
  options.stop = source.token();
  const Client stopped = Client::from_env(options);
  const Plane plane = ready_plane("client");
  const RemovedAtEnd maps(config_maps(plane));
  maps->create(made_config_map("there", "x"));
  const Resource same = config_maps(stopped.plane(plane.cluster()));
  WatchOptions without_stop;
  without_stop.label_selector = made_here;
  without_stop.timeout = patience;
  const auto watch = [&](const auto& is_blocked) {
    return same.watch(
        [&](const WatchEvent&) {
          is_blocked();
          return true;
        },
        without_stop);
  };
  EXPECT_EQ(stop_while(watch, source), WatchEnd::stopped);
  EXPECT_THROW(static_cast<void>(same.get("there")), StoppedError);
  EXPECT_TRUE(maps->find("there")) << "another client goes on";
}

TEST_F(LiveStop, EndsABatchPlaneByPlane) {
  StopSource source;
  BatchOptions batch;
  batch.concurrency = 1;
  batch.stop = source.token();
  const std::vector<Plane> planes{ready_plane("batch-1"), ready_plane("batch-2"), ready_plane("batch-3")};
  std::size_t stopped = 0;
  client().for_each_state(
      planes,
      [&](const StateResult& result) {
        source.request_stop();
        if (!result) stopped += static_cast<std::size_t>(dynamic_cast<const StoppedError*>(&result.error()) != nullptr);
      },
      {}, batch);
  EXPECT_GE(stopped, 1U);
}

TEST_F(LiveStop, DoesNotKeepAFleetFromBeingRemoved) {
  StopSource source;
  ClientOptions options;
  options.stop = source.token();
  const std::string name = unique("interrupted");
  {
    const Client stopped = Client::from_env(options);
    const EphemeralFleet fleet = stopped.ephemeral_fleet(name, FleetSpec{});
    source.request_stop();
    EXPECT_THROW(static_cast<void>(stopped.find_fleet(name)), StoppedError);
  }
  EXPECT_FALSE(client().find_fleet(name));
}

}  // namespace
}  // namespace kplane::live
