#include <kplane/rl/recorder.hpp>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>
#include <kplane/version.hpp>

#include "rl/recording/steps.hpp"

namespace kplane::rl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* secret_value = "aHVudGVyMg==";

std::string state_with_secret() {
  return R"({"cluster":"p","snapshotTime":"2026-05-21T18:05:12Z","liveResources":2,"resources":[)"
         R"({"group":"","resource":"configmaps","synced":true,"itemCount":1,"items":[{"metadata":{"name":"c"},"data":{"kept":"yes"}}]},)"
         R"({"group":"","resource":"secrets","synced":true,"itemCount":2,"items":[)"
         R"({"data":{"password":"aHVudGVyMg=="},"metadata":{"name":"s","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"password\":\"aHVudGVyMg==\"}}","a":"b"}},"type":"Opaque"},)"
         R"({"name":"t","Data":{"password":"aHVudGVyMg=="},"StringData":{"x":"aHVudGVyMg=="}}]}]})";
}

std::string all_text(const std::string& path) {
  std::string text;
  for (const Step& step : all_steps(path)) text += step.state.raw();
  return text;
}

template <class T>
void expect_to_keep_its_type(const T& error) {
  EXPECT_THROW(error.raise(), T);
  const std::shared_ptr<const Error> shared = error.share();
  EXPECT_NE(dynamic_cast<const T*>(shared.get()), nullptr);
  EXPECT_NE(dynamic_cast<const RecordingError*>(shared.get()), nullptr);
  EXPECT_STREQ(shared->what(), error.what());
  EXPECT_EQ(shared->retryable(), error.retryable());
}

TEST(RecordingErrors, KeepTheirTypes) {
  expect_to_keep_its_type(RecordingError("damaged"));
  expect_to_keep_its_type(RecordingLocked("locked"));
  expect_to_keep_its_type(RecordingTooNew("new", 2));
  expect_to_keep_its_type(RecordingWriteError("full", ENOSPC));
}

TEST(Recorder, MakesAFileForItsOwnerAlone) {
  const RecordingDirectory directory;
  const mode_t before = ::umask(0);
  Recorder recorder(directory.path());
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::stat(directory.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(Recorder, KeepsWhatAStepHolds) {
  const RecordingDirectory directory;
  Step step = make_step(7, 3, "rl-0001");
  step.action = R"({"patch": [1, 2.50, "ü"]})";
  step.info = R"({"done":true})";
  step.reward = -0.0;
  Recorder recorder(directory.path());
  recorder.append(step);
  recorder.close();

  const std::vector<Step> steps = all_steps(directory.path());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].episode, 7);
  EXPECT_EQ(steps[0].step, 3);
  EXPECT_EQ(steps[0].plane, "rl-0001");
  EXPECT_EQ(steps[0].action, step.action);
  EXPECT_EQ(steps[0].info, step.info);
  ASSERT_TRUE(steps[0].reward);
  EXPECT_TRUE(std::signbit(*steps[0].reward));
  EXPECT_EQ(steps[0].state.raw(), step.state.raw());
  EXPECT_EQ(steps[0].state.by_resource("pods")->items[0].get<std::string>("/status/phase"), "phase-7-3");
}

TEST(Recorder, KeepsAStepWithoutAnythingOptional) {
  const RecordingDirectory directory;
  Step step;
  step.plane = "p";
  Recorder(directory.path()).append(step);
  const std::vector<Step> steps = all_steps(directory.path());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_FALSE(steps[0].reward);
  EXPECT_EQ(steps[0].action, "");
  EXPECT_EQ(steps[0].state.raw(), "");
}

TEST(Recorder, KeepsRewardsToTheLastBit) {
  const RecordingDirectory directory;
  const std::vector<double> rewards = {
      0.1 + 0.2,          1.0 / 3.0, 5e-324, 1.7976931348623157e308, -1e19, 12345678901234567168.0,
      9007199254740993.0, 0.0,       1.0};
  {
    Recorder recorder(directory.path());
    for (const double reward : rewards) {
      Step step = make_step(0, 0);
      step.reward = reward;
      recorder.append(step);
    }
  }
  std::vector<double> read;
  for (const Step& step : all_steps(directory.path())) read.push_back(step.reward.value());
  EXPECT_EQ(read, rewards);
}

TEST(Recorder, TakesThePlaneFromTheState) {
  const RecordingDirectory directory;
  Step step = make_step(0, 0, "rl-0042");
  step.plane.clear();
  Recorder(directory.path()).append(step);
  EXPECT_EQ(all_steps(directory.path()).at(0).plane, "rl-0042");
}

TEST(Recorder, RefusesAStepThatIsNoJson) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path());
  Step step = make_step(0, 0);
  step.reward = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(recorder.append(step), ConfigError);
  step = make_step(0, 0);
  step.action = "{scale:1}";
  EXPECT_THROW(recorder.append(step), ConfigError);
  step = make_step(0, 0);
  step.info = "{} {}";
  EXPECT_THROW(recorder.append(step), ConfigError);
  step = Step();
  EXPECT_THROW(recorder.append(step), ConfigError);
  step.plane = "\xff";
  EXPECT_THROW(recorder.append(step), ConfigError);
  recorder.append(make_step(1, 1));
  recorder.close();
  EXPECT_EQ(all_steps(directory.path()).size(), 1U);
}

TEST(Recorder, KeepsEveryStepInOneLine) {
  const RecordingDirectory directory;
  Step step = make_step(0, 0);
  step.action = "{\n  \"a\": 1\r\n}";
  step.state =
      Snapshot::from_json("{\n\"cluster\":\"p\",\"snapshotTime\":\"2026-05-21T18:05:12Z\",\n\"resources\":[]\r\n}\n");
  Recorder(directory.path()).append(step);
  const Step read = all_steps(directory.path()).at(0);
  EXPECT_EQ(read.action, "{   \"a\": 1  }");
  EXPECT_EQ(read.state.cluster, "p");
  EXPECT_THAT(std::string(read.state.raw()), Not(HasSubstr("\n")));
}

TEST(Recorder, LeavesOutTheDataOfSecrets) {
  const RecordingDirectory directory;
  Step step;
  step.state = Snapshot::from_json(state_with_secret());
  Recorder(directory.path()).append(step);
  const std::string text = all_text(directory.path());
  EXPECT_THAT(text, Not(HasSubstr(secret_value)));
  EXPECT_THAT(text, HasSubstr(R"("data":{"kept":"yes"})"));
  const Step read = all_steps(directory.path()).at(0);
  const SnapshotResource* secrets = read.state.by_resource("secrets");
  ASSERT_NE(secrets, nullptr);
  EXPECT_EQ(
      secrets->items[0].raw(),
      R"({"data":{},"metadata":{"name":"s","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"","a":"b"}},"type":"Opaque"})");
  EXPECT_EQ(secrets->items[1].raw(), R"({"name":"t","Data":{},"StringData":{}})");
}

TEST(Recorder, LeavesOutTheDataOfSecretsWhateverTheCallerMadeOfTheState) {
  const std::vector<void (*)(Snapshot&)> changes = {
      [](Snapshot& state) { state.resources.clear(); }, [](Snapshot& state) { state.resources[1].items.clear(); },
      [](Snapshot& state) { state.resources[1].resource = "configmaps"; },
      [](Snapshot& state) { state.resources[1].items = state.resources[0].items; },
      [](Snapshot& state) {
        const Snapshot other = Snapshot::from_json(state_with_secret());
        state.resources[1].items = other.resources[1].items;
      }};
  for (const auto& change : changes) {
    const RecordingDirectory directory;
    Step step;
    step.state = Snapshot::from_json(state_with_secret());
    change(step.state);
    Recorder(directory.path()).append(step);
    const std::string text = all_text(directory.path());
    EXPECT_THAT(text, Not(HasSubstr(secret_value)));
    EXPECT_THAT(text, HasSubstr(R"("data":{"kept":"yes"})"));
    EXPECT_EQ(all_steps(directory.path()).at(0).state.by_resource("secrets")->items.size(), 2U);
  }
}

TEST(Recorder, KeepsTheDataOfSecretsWhenToldTo) {
  const RecordingDirectory directory;
  Step step;
  step.state = Snapshot::from_json(state_with_secret());
  RecorderOptions options;
  options.keep_secrets = true;
  options.scenario.add(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"hunter2"}})");
  Recorder(directory.path(), options).append(step);
  EXPECT_EQ(all_text(directory.path()), state_with_secret());
  const Recording recording(directory.path());
  EXPECT_THAT(recording.header().scenario[0].json, HasSubstr("hunter2"));
}

TEST(Recorder, WritesAHeader) {
  const RecordingDirectory directory;
  RecorderOptions options;
  options.server_version = "v1.34.2";
  options.info = R"({"seed":1})";
  options.scenario.add(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"n"},"data":{"a":"b"}})");
  options.scenario.add(
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"aHVudGVyMg=="},"stringData":{"b":"hunter2"}})");
  const auto before = std::chrono::system_clock::now();
  Recorder(directory.path(), options).close();

  const Recording recording(directory.path());
  const RecordingHeader& header = recording.header();
  EXPECT_EQ(header.version, 1);
  EXPECT_EQ(header.library_version, kplane::version());
  EXPECT_EQ(header.server_version, "v1.34.2");
  EXPECT_EQ(header.info, R"({"seed":1})");
  EXPECT_GE(header.created, before - std::chrono::seconds{1});
  EXPECT_LE(header.created, std::chrono::system_clock::now());
  ASSERT_EQ(header.scenario.size(), 2U);
  EXPECT_EQ(header.scenario[0].json, options.scenario[0].json);
  EXPECT_EQ(header.scenario[1].name, "s");
  EXPECT_THAT(header.scenario[1].json, Not(HasSubstr("hunter2")));
  EXPECT_THAT(header.scenario[1].json, Not(HasSubstr(secret_value)));
}

std::string deep_config_map(std::size_t levels) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":)" + std::string(levels, '[') +
         std::string(levels, ']') + "}";
}

TEST(Recorder, WritesNoHeaderThatCannotBeRead) {
  std::size_t written = 0;
  for (std::size_t levels = 190; levels < 210; ++levels) {
    const RecordingDirectory directory;
    RecorderOptions options = with_little_memory();
    options.info = std::string(levels, '[') + std::string(levels, ']');
    if (levels > 200) {
      EXPECT_THROW(Recorder(directory.path(), options), ConfigError) << levels;
      options.info.clear();
    }
    try {
      options.scenario.add(deep_config_map(levels));
    } catch (const ManifestError&) {  // too deep for Manifests
      continue;
    }
    Recorder(directory.path(), options).close();
    EXPECT_EQ(Recording(directory.path()).header().scenario.size(), 1U) << levels;
    EXPECT_EQ(Recording(directory.path()).header().info, options.info);
    ++written;
  }
  EXPECT_GT(written, 0U);
}

TEST(Recorder, RefusesAHeaderThatIsTooLarge) {
  const RecordingDirectory directory;
  RecorderOptions options;
  options.scenario.add(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":")" +
                       std::string(std::size_t{1} << 20U, 'a') + R"("}})");
  options.info = '"' + std::string(std::size_t{15} << 20U, 'a') + '"';  // each alone would do
  EXPECT_THROW(Recorder(directory.path(), options), ConfigError);
  EXPECT_FALSE(std::filesystem::exists(directory.path()));
}

TEST(Recorder, AsksTheServerForItsVersion) {
  const testing::LocalServer server;
  const Client client = server.client();
  EXPECT_THAT(server_version(client.plane("rl-0000")), ::testing::StartsWith("v1."));
}

TEST(Recorder, ContinuesARecording) {
  const RecordingDirectory directory;
  Recorder(directory.path()).append(make_step(0, 0));
  {
    Recorder recorder(directory.path());
    EXPECT_EQ(recorder.torn_bytes(), 0U);
    recorder.append(make_step(0, 1));
    EXPECT_EQ(recorder.steps(), 1U);
  }
  std::vector<std::int64_t> steps;
  for (const Step& step : all_steps(directory.path())) steps.push_back(step.step);
  EXPECT_THAT(steps, ElementsAre(0, 1));
}

TEST(Recorder, DoesNotContinueARecordingWhenToldNotTo) {
  const RecordingDirectory directory;
  RecorderOptions options;
  options.append = false;
  Recorder(directory.path(), options).append(make_step(0, 0));
  EXPECT_THROW(Recorder(directory.path(), options), RecordingError);
  EXPECT_EQ(all_steps(directory.path()).size(), 1U);
}

TEST(Recorder, IsTheOnlyOneOfItsFile) {
  const RecordingDirectory directory;
  Recorder first(directory.path());
  first.append(make_step(0, 0));
  EXPECT_THROW(Recorder(directory.path()), RecordingLocked);
  first.append(make_step(0, 1));
  first.close();
  Recorder second(directory.path());
  second.append(make_step(0, 2));
  EXPECT_EQ(all_steps(directory.path()).size(), 3U);
}

TEST(Recorder, CanBeReadWhileItWrites) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path());
  EXPECT_TRUE(Recording(directory.path()).empty());
  for (int i = 0; i < 5; ++i) {
    recorder.append(make_step(0, i));
    const Recording recording(directory.path());
    EXPECT_EQ(recording.size(), static_cast<std::size_t>(i) + 1);
    EXPECT_EQ(recording.torn_bytes(), 0U);
    EXPECT_EQ(recorder.file_bytes(), std::filesystem::file_size(directory.path()));
  }
}

TEST(Recorder, EndsFramesOfTheSizeAskedFor) {
  const RecordingDirectory directory;
  RecorderOptions options;
  options.frame_bytes = 1'000;
  {
    Recorder recorder(directory.path(), options);
    for (int i = 0; i < 100; ++i) recorder.append(make_step(i / 10, i % 10, "rl-" + std::to_string(i % 3)));
  }
  const Recording recording(directory.path());
  ASSERT_EQ(recording.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) {
    const Step step = recording.step(i);
    EXPECT_EQ(step.episode * 10 + step.step, static_cast<std::int64_t>(i));
  }
}

TEST(Recorder, WritesTheStepsOfSeveralThreads) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path());
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&recorder, thread] {
      for (int i = 0; i < 50; ++i) recorder.append(make_step(thread, i, "rl-" + std::to_string(thread)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(recorder.steps(), 200U);
  recorder.close();
  const Recording recording(directory.path());
  ASSERT_EQ(recording.episodes().size(), 4U);
  for (int thread = 0; thread < 4; ++thread) {
    const RecordedEpisode* episode = recording.find(thread, "rl-" + std::to_string(thread));
    ASSERT_NE(episode, nullptr);
    std::int64_t expected = 0;
    Replay replay(recording, episode->steps);
    for (const Step& step : replay) EXPECT_EQ(step.step, expected++);
    EXPECT_EQ(expected, 50);
  }
}

TEST(Recorder, ForcesStepsToTheDisk) {
  for (const auto interval : {std::chrono::milliseconds{0}, std::chrono::milliseconds{1'000}}) {
    const RecordingDirectory directory;
    RecorderOptions options;
    options.fsync_interval = interval;
    Recorder recorder(directory.path(), options);
    recorder.append(make_step(0, 0));
    recorder.sync();
    recorder.append(make_step(0, 1));
    recorder.close();
    EXPECT_EQ(all_steps(directory.path()).size(), 2U);
  }
}

TEST(Recorder, SaysWhenItIsUsedAfterItsEnd) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path());
  Recorder other(std::move(recorder));
  EXPECT_THROW(recorder.append(make_step(0, 0)),
               std::logic_error);  // NOLINT(bugprone-use-after-move): that is the test
  other.append(make_step(0, 0));
  other.close();
  other.close();
  EXPECT_THROW(other.append(make_step(0, 1)), std::logic_error);
  EXPECT_THROW(other.sync(), std::logic_error);
  EXPECT_EQ(all_steps(directory.path()).size(), 1U);
}

TEST(Recorder, ClosesItsFileBeforeItTakesOverAnother) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path("a"));
  recorder.append(make_step(0, 0));
  recorder = Recorder(directory.path("b"));
  recorder.append(make_step(0, 0));
  Recorder again(directory.path("a"));
  EXPECT_EQ(all_steps(directory.path("a")).size(), 1U);
  EXPECT_EQ(all_steps(directory.path("b")).size(), 1U);
}

TEST(Recorder, RefusesOptionsThatMakeNoSense) {
  const RecordingDirectory directory;
  RecorderOptions options;
  for (const std::size_t history :
       {std::size_t{0}, std::size_t{3} << 20U, std::size_t{1} << 10U, std::size_t{1} << 30U}) {
    options.history_bytes = history;
    EXPECT_THROW(Recorder(directory.path(), options), ConfigError) << history;
  }
  options = {};
  options.frame_bytes = 0;
  EXPECT_THROW(Recorder(directory.path(), options), ConfigError);
  options = {};
  options.fsync_interval = std::chrono::milliseconds{-1};
  EXPECT_THROW(Recorder(directory.path(), options), ConfigError);
  options = {};
  options.info = "seed 1";
  EXPECT_THROW(Recorder(directory.path(), options), ConfigError);
  EXPECT_FALSE(std::filesystem::exists(directory.path()));
}

TEST(Recorder, RefusesAFileThatItCannotMake) {
  const RecordingDirectory directory;
  EXPECT_THROW(Recorder(directory.path("missing/run")), ConfigError);
  EXPECT_THROW(Recorder(directory.path(".")), ConfigError);
}

TEST(Recorder, LeavesAFileThatIsNoRecordingAsItIs) {
  const RecordingDirectory directory;
  for (const std::string& bytes : {std::string("hello, world\n"), std::string("{}"), std::string(100, '\0')}) {
    write_bytes(directory.path(), bytes);
    EXPECT_THROW(Recorder(directory.path()), RecordingError);
    EXPECT_EQ(read_bytes(directory.path()), bytes);
  }
}

}  // namespace
}  // namespace kplane::rl
