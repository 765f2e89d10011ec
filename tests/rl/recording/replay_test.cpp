#include <kplane/rl/replay.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "rl/recording/steps.hpp"

namespace kplane::rl {
namespace {

using ::testing::ElementsAre;

/// Episodes of two planes, interleaved; some frames.
std::string record_two_planes(const RecordingDirectory& directory) {
  RecorderOptions options;
  options.frame_bytes = 2'000;
  Recorder recorder(directory.path(), options);
  for (int episode = 0; episode < 3; ++episode) {
    for (int step = 0; step < 10; ++step) {
      for (const char* plane : {"a", "b"}) recorder.append(make_step(episode, step, plane));
    }
  }
  return directory.path();
}

TEST(Recording, IndexesByEpisodeAndPlane) {
  const RecordingDirectory directory;
  const Recording recording(record_two_planes(directory));
  EXPECT_EQ(recording.path(), directory.path());
  EXPECT_EQ(recording.size(), 60U);
  EXPECT_THAT(recording.planes(), ElementsAre("a", "b"));
  ASSERT_EQ(recording.episodes().size(), 6U);
  EXPECT_EQ(recording.episodes()[1].plane, "b");
  EXPECT_EQ(recording.find(3, "a"), nullptr);
  EXPECT_EQ(recording.find(0, "c"), nullptr);
  const RecordedEpisode* episode = recording.find(2, "b");
  ASSERT_NE(episode, nullptr);
  std::vector<std::int64_t> steps;
  Replay replay(recording, episode->steps);
  for (const Step& step : replay) {
    EXPECT_EQ(step.episode, 2);
    EXPECT_EQ(step.plane, "b");
    steps.push_back(step.step);
  }
  EXPECT_THAT(steps, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST(Recording, ReadsStepsInAnyOrder) {
  const RecordingDirectory directory;
  const Recording recording(record_two_planes(directory));
  std::vector<std::size_t> positions;
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) positions.push_back(random() % recording.size());
  Replay replay(recording, positions);
  for (const std::size_t position : positions) {
    const std::optional<Step> step = replay.next();
    ASSERT_TRUE(step);
    EXPECT_EQ(static_cast<std::size_t>(step->episode * 20 + step->step * 2 + (step->plane == "b" ? 1 : 0)), position);
  }
  EXPECT_FALSE(replay.next());
}

TEST(Recording, SaysWhenThereIsNoSuchStep) {
  const RecordingDirectory directory;
  const Recording recording(record_two_planes(directory));
  EXPECT_THROW(static_cast<void>(recording.step(60)), ConfigError);
  EXPECT_THROW(Replay(recording, {0, 60}), ConfigError);
}

TEST(Recording, OutlivesItsFileAndIsShared) {
  const RecordingDirectory directory;
  const Recording recording(record_two_planes(directory));
  const Recording copy = recording;
  std::filesystem::remove(directory.path());
  EXPECT_EQ(copy.step(59).step, 9);
}

TEST(Recording, OfSeveralFilesInOneIsOne) {
  const RecordingDirectory directory;
  Recorder(directory.path("a")).append(make_step(0, 0));
  Recorder(directory.path("b")).append(make_step(1, 0));
  write_bytes(directory.path(), read_bytes(directory.path("a")) + read_bytes(directory.path("b")));
  const Recording recording(directory.path());
  EXPECT_EQ(recording.size(), 2U);
  EXPECT_EQ(recording.step(1).episode, 1);
}

TEST(Recording, RefusesWhatCannotBeOpened) {
  const RecordingDirectory directory;
  EXPECT_THROW(Recording(directory.path("missing")), ConfigError);
  EXPECT_THROW(Recording(directory.path(".")), ConfigError);
  RecordingOptions options;
  options.max_line_bytes = 1;
  EXPECT_THROW(Recording(record_two_planes(directory), options), ConfigError);
}

TEST(Replay, IsARangeThatGoesOnWhereNextEnded) {
  const RecordingDirectory directory;
  Replay replay(record_two_planes(directory));
  EXPECT_TRUE(replay.next());
  std::size_t count = 0;
  for (const Step& step : replay) count += step.state.total_items();
  EXPECT_EQ(count, 59U);
  EXPECT_FALSE(replay.next());
  EXPECT_EQ(replay.begin(), replay.end());
}

TEST(Replay, SaysWhenItIsUsedAfterItWasMovedFrom) {
  const RecordingDirectory directory;
  Replay replay(record_two_planes(directory));
  Replay other(std::move(replay));
  EXPECT_TRUE(other.next());
  EXPECT_THROW(static_cast<void>(replay.next()),
               std::logic_error);  // NOLINT(bugprone-use-after-move): that is the test
}

/// A sum whose last bits depend on the order of its terms, so on the order of objects, which differs with each read.
double reward_of(const Snapshot& state) {
  double sum = 0;
  for (const SnapshotResource& resource : state.resources) {
    for (const Object& object : resource.items) {
      double term = 0.1;
      for (const char c : object.name()) term = term * 1.000'1 + 1.0 / (1.0 + static_cast<unsigned char>(c));
      sum = sum * 1.000'000'1 + term;
    }
  }
  return sum;
}

std::uint64_t bits_of(double number) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof(bits));
  return bits;
}

TEST(Replay, Of5000StatesGivesTheSameRewardsToTheBit) {
  const RecordingDirectory directory;
  const testing::LocalServer server;
  const Client client = server.client();
  std::vector<Plane> planes;
  for (int i = 0; i < 8; ++i) planes.push_back(client.plane("rl-" + std::to_string(i)));
  const StateOptions only_some{{"namespaces", "clusterroles", "configmaps"}};
  std::vector<std::uint64_t> live;
  {
    Recorder recorder(directory.path());
    for (int step = 0; step < 625; ++step) {
      for (const Plane& plane : planes) {
        Step made;
        made.step = step;
        made.state = plane.state(only_some);
        made.reward = reward_of(made.state);
        live.push_back(bits_of(*made.reward));
        recorder.append(made);
      }
    }
  }
  ASSERT_EQ(live.size(), 5'000U);
  std::vector<std::uint64_t> replayed;
  std::size_t stored_alike = 0;
  Replay replay(directory.path());
  for (const Step& step : replay) {
    replayed.push_back(bits_of(reward_of(step.state)));
    if (bits_of(step.reward.value()) == replayed.back()) ++stored_alike;
  }
  EXPECT_EQ(replayed, live);
  EXPECT_EQ(stored_alike, 5'000U);
}

}  // namespace
}  // namespace kplane::rl
