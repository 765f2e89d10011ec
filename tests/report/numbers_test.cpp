#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <kplane/client.hpp>

#include "cli/report/sampling.hpp"
#include "cli/report/step_notes.hpp"
#include "cli/report/time_histogram.hpp"
#include "report/recordings.hpp"

namespace kplane::cli::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(StepNotes, ReadWhatStepInfoWrites) {
  const Plane plane = Client("http://127.0.0.1:9").plane("rl-0000");  // nothing is sent
  rl::Observation seen{1, 1, StateResult(plane, Snapshot{})};
  seen.elapsed = std::chrono::microseconds{12'345};
  seen.failure = std::make_exception_ptr(TimeoutError("the plane did not answer"));
  const StepNotes notes = read_step_notes(rl::step_info(seen));
  EXPECT_DOUBLE_EQ(notes.elapsed_ms.value_or(0), 12.345);
  EXPECT_EQ(notes.error_kind, "TimeoutError");
  EXPECT_EQ(notes.error_message, "the plane did not answer");
}

TEST(StepNotes, TakeAnErrorThatIsATextForItsKindAndItsMessage) {
  const StepNotes notes = read_step_notes(R"({"error":"Conflict: it changed meanwhile"})");
  EXPECT_EQ(notes.error_kind, "Conflict");
  EXPECT_EQ(notes.error_message, "Conflict: it changed meanwhile");
  EXPECT_EQ(read_step_notes(R"({"error":true})").error_kind, "error");
  EXPECT_EQ(read_step_notes(R"({"error":{}})").error_kind, "error");
}

TEST(StepNotes, FindNothingInWhatTheyDoNotKnow) {
  const std::string deep = std::string(100'000, '[');
  const std::string long_text = R"({"elapsed_ms":1,"x":")" + std::string(70'000, 'x') + "\"}";
  for (const std::string& info :
       {std::string(), std::string("{"), std::string("[1]"), std::string("null"), std::string("\xff"), deep, long_text,
        std::string(R"({"elapsed_ms":"1"})"), std::string(R"({"elapsed_ms":-1})"),
        std::string(R"({"elapsed_ms":1e300})"), std::string(R"({"error":null})"), std::string(R"({"error":false})")}) {
    const StepNotes notes = read_step_notes(info);
    EXPECT_FALSE(notes.elapsed_ms) << info.substr(0, 40);
    EXPECT_EQ(notes.error_kind, "") << info.substr(0, 40);
  }
}

TEST(TimeHistogram, DoublesItsBinsWhenTimeGoesOn) {
  TimeHistogram histogram;
  for (std::uint64_t second = 0; second < 480; ++second) histogram.add(second);
  EXPECT_EQ(histogram.bin_seconds(), 2U);
  EXPECT_EQ(histogram.counts(), std::vector<std::uint64_t>(240, 2));
}

TEST(TimeHistogram, HoldsTheLongestTimeThereIs) {
  TimeHistogram histogram;
  histogram.add(0);
  histogram.add(UINT64_MAX);
  std::uint64_t sum = 0;
  for (const std::uint64_t count : histogram.counts()) sum += count;
  EXPECT_EQ(sum, 2U);
  EXPECT_LE(histogram.counts().size(), TimeHistogram::most_bins);
}

TEST(TimeHistogram, WidensToTheWidthOfAnother) {
  TimeHistogram histogram;
  for (const std::uint64_t second : {0U, 1U, 4U}) histogram.add(second);
  histogram.widen(4);
  EXPECT_THAT(histogram.counts(), ElementsAre(2U, 1U));
}

TEST(LearningCurve, HasTheReturnsOfAllPlanesByEpisode) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int episode = 0; episode < 2; ++episode) {
    for (int plane = 0; plane < 11; ++plane) {
      const std::string name = "rl-" + std::to_string(plane);
      steps.push_back(step_of(episode, 0, name));
      steps.push_back(step_of(episode, 1, name, episode));
      steps.push_back(step_of(episode, 2, name, plane));
    }
  }
  const Json curves = numbers_of({record(directory.path(), steps)}).at("curves");
  ASSERT_THAT(curves, SizeIs(1));
  EXPECT_EQ(curves[0]["recording"], 0);
  EXPECT_EQ(curves[0]["episodes"], 22);
  // first and last episode, how many, mean, 10th and 90th percentile, least, most
  EXPECT_EQ(curves[0]["points"], Json::parse("[[0,0,11,5,1,9,0,10],[1,1,11,6,2,10,1,11]]"));
}

TEST(LearningCurve, GathersEpisodesOfOnePlaneToPointsWithASpread) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int episode = 0; episode < 1'000; ++episode) steps.push_back(step_of(episode, 0, "rl-0000", episode));
  const Json points = numbers_of({record(directory.path(), steps)}).at("curves")[0].at("points");
  EXPECT_THAT(points, SizeIs(125));
  EXPECT_EQ(points[0], Json::parse("[0,7,8,3.5,1,6,0,7]"));
}

TEST(LearningCurve, OfSeveralRecordingsHasOneForAllOfThem) {
  const rl::RecordingDirectory directory;
  const Json curves = numbers_of({record(directory.path("a"), {step_of(0, 0, "rl-0", 1)}),
                                  record(directory.path("b"), {step_of(0, 0, "rl-0", 3)})})
                          .at("curves");
  ASSERT_THAT(curves, SizeIs(3));
  EXPECT_FALSE(curves[2].contains("recording"));
  EXPECT_EQ(curves[2]["points"][0][3], 2);
}

TEST(LearningCurve, LeavesOutEpisodesWithoutRewards) {
  const rl::RecordingDirectory directory;
  const Json numbers = numbers_of({record(directory.path(), {step_of(0, 0, "a", 1), step_of(0, 0, "b")})});
  EXPECT_EQ(numbers.at("curves")[0]["episodes"], 1);
}

TEST(HeatMap, HasARowForEachPlaneAndAColumnForEachStep) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps = {step_of(0, 0, "b"), step_of(0, 0, "a"), step_of(0, 1, "a", 2), step_of(1, 0, "a", 4)};
  steps[1].info = R"({"elapsed_ms":7,"error":"Conflict"})";
  const Json heat = numbers_of({record(directory.path(), steps)}).at("heat");
  EXPECT_EQ(heat["columns"], 3);
  EXPECT_EQ(heat["steps_per_column"], 1);
  ASSERT_THAT(heat["rows"], SizeIs(2));
  EXPECT_EQ(
      heat["rows"][0],
      Json::parse(R"({"recording":0,"plane":"a","steps":3,"reward":[null,2,4],"ms":[7,null,null],"errors":[1,0,0]})"));
  EXPECT_EQ(heat["rows"][1], Json::parse(R"({"recording":0,"plane":"b","steps":1,"reward":[null]})"));
}

TEST(HeatMap, AveragesStepsWhereThereAreMoreThanColumns) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 241; ++i) steps.push_back(step_of(0, i, "a", i));
  const Json heat = numbers_of({record(directory.path(), steps)}).at("heat");
  EXPECT_EQ(heat["steps_per_column"], 2);
  EXPECT_EQ(heat["columns"], 121);
  EXPECT_EQ(heat["rows"][0]["reward"][1], 2.5);
  EXPECT_EQ(heat["rows"][0]["reward"][120], 240);
}

TEST(ReportNumbers, NameTheSlowAndTheFailedPlanes) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 120; ++i) {
    steps.push_back(step_of(0, 0, "rl-" + std::to_string(i)));
    steps.back().info = R"({"elapsed_ms":)" + std::to_string(i) + (i == 3 ? R"(,"error":"Conflict: late"})" : "}");
  }
  const Json planes = numbers_of({record(directory.path(), steps)}).at("planes");
  ASSERT_THAT(planes, SizeIs(51));  // the 50 slowest ones, and the one that failed
  EXPECT_EQ(planes[0]["plane"], "rl-3");
  EXPECT_EQ(planes[0]["last_error"], "Conflict: Conflict: late");
  EXPECT_EQ(planes[1]["plane"], "rl-70");
  EXPECT_EQ(planes[50]["p95_ms"], 119);
}

TEST(ReportNumbers, CountErrorsByKind) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 4; ++i) steps.push_back(step_of(i, 0, i % 2 == 0 ? "a" : "b"));
  for (int i = 0; i < 3; ++i)
    steps[static_cast<std::size_t>(i)].info = R"({"error":{"kind":"Conflict","message":"it changed"}})";
  steps[3].state = {};  // no error was noted, but there is no state
  const Json errors = numbers_of({record(directory.path(), steps)}).at("errors");
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0], Json::parse(R"({"kind":"Conflict","count":3,"planes":2,"example":"it changed",
                                       "recording":0,"plane":"a","episode":0})"));
  EXPECT_EQ(errors[1]["kind"], "no state");
  EXPECT_EQ(errors[1]["plane"], "b");
}

TEST(ReportNumbers, TellOnlySoManyKindsOfErrorsApart) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 150; ++i) {
    steps.push_back(step_of(i, 0, "a"));
    steps.back().info = R"({"error":"kind )" + std::to_string(i) + "\"}";
  }
  const Json numbers = numbers_of({record(directory.path(), steps)});
  EXPECT_THAT(numbers.at("errors"), SizeIs(100));
  EXPECT_EQ(numbers.at("other_errors"), 50);
}

TEST(ReportNumbers, HaveTheThroughputByTheServersClock) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (const char* time : {"18:05:12", "18:05:12", "18:05:14"}) {
    steps.push_back(step_of(0, static_cast<std::int64_t>(steps.size()), "a"));
    steps.back().state = Snapshot::from_json(
        state_of("a", R"({"metadata":{"name":"m"}})", "configmaps", "2026-05-21T" + std::string(time) + "Z"));
  }
  steps.push_back(step_of(0, 3, "a"));
  steps.back().state = {};  // counts where the last one does
  const Json numbers = numbers_of({record(directory.path(), steps)});
  EXPECT_EQ(numbers.at("throughput"), Json::parse(R"({"bin_seconds":1,"steps":[[2,0,2]]})"));
  EXPECT_EQ(numbers.at("recordings")[0]["seconds"], 2);
}

TEST(ReportNumbers, SurviveWhateverStandsInARecording) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps = {step_of(INT64_MIN, INT64_MAX, "a", 1.7e308), step_of(INT64_MIN, 0, "a", 1.7e308),
                                 step_of(INT64_MAX, INT64_MIN, "a", -1.7e308)};
  steps[0].state = Snapshot::from_json(state_of("a", "{}", "x", "9999-12-31T23:59:59Z"));
  steps[1].state = Snapshot::from_json(state_of("a", "{}", "x", "1970-01-02T00:00:00Z"));
  steps[2].state = Snapshot::from_json(state_of("a", "{}", "x", "2262-01-01T00:00:00Z"));
  const Json numbers = numbers_of({record(directory.path(), steps)});
  EXPECT_EQ(numbers.at("curves")[0]["points"][0][3], nullptr);  // not a number that JSON has
  EXPECT_EQ(numbers.at("recordings")[0]["steps"], 3);
}

TEST(ReportNumbers, OfAnEmptyRecordingAreNone) {
  const rl::RecordingDirectory directory;
  const Json numbers = numbers_of({record(directory.path(), {})});
  EXPECT_EQ(numbers.at("heat")["columns"], 0);
  EXPECT_THAT(numbers.at("timelines"), SizeIs(0));
}

TEST(Labels, AreAsShortAsTellsThemApart) {
  const rl::RecordingDirectory directory;
  const auto labels = [&](const std::vector<std::string>& names) {
    std::vector<rl::Recording> recordings;
    for (const std::string& name : names) {
      std::filesystem::create_directories(std::filesystem::path(directory.path(name)).parent_path());
      recordings.push_back(record(directory.path(name), {}));
    }
    return labels_of(recordings);
  };
  EXPECT_THAT(labels({"one.jsonl.zst", "two.zst"}), ElementsAre("one", "two"));
  EXPECT_THAT(labels({"0/run.jsonl.zst", "1/run.jsonl.zst"}), ElementsAre("0/run", "1/run"));
  const rl::Recording same(directory.path("one.jsonl.zst"));
  EXPECT_THAT(labels_of({same, same}).back(), ::testing::EndsWith("one #2"));
}

/// Planes with `episodes` episodes each, of which the first `failed` ones of a plane failed.
Flight flight_of(std::uint32_t planes, std::uint32_t episodes, std::uint32_t failed = 0) {
  Flight flight;
  for (std::uint32_t plane = 0; plane < planes; ++plane) {
    PlaneFlight one;
    one.name = "rl-" + std::to_string(10'000 + plane);
    one.errors = plane == 7 ? failed : 0;
    flight.planes.push_back(one);
    for (std::uint32_t i = 0; i < episodes; ++i) {
      EpisodeFlight episode;
      episode.plane = plane;
      episode.episode = i;
      episode.total_reward = static_cast<double>(plane) * episodes + i;
      episode.rewards = 1;
      episode.errors = plane == 7 && i < failed ? 1 : 0;
      flight.episodes.push_back(episode);
    }
  }
  return flight;
}

TEST(Sampling, ChoosesAllPlanesOrThoseWithErrorsAndEachNthOther) {
  const Flight flight = flight_of(1'000, 1, 1);
  EXPECT_THAT(choose_planes(flight, 1'000), SizeIs(1'000));
  const std::vector<std::uint32_t> chosen = choose_planes(flight, 10);
  EXPECT_THAT(chosen, SizeIs(10));
  EXPECT_THAT(chosen, ::testing::Contains(7U));
  EXPECT_GT(chosen.back(), 900U);
  EXPECT_LT(chosen.front(), 100U);
}

TEST(Sampling, ChoosesTellingEpisodesAndSomeOfEachPlane) {
  const Flight flight = flight_of(50, 200, 3);
  const std::vector<std::uint32_t> planes = choose_planes(flight, 50);
  const std::vector<ChosenEpisode> chosen = choose_episodes(flight, planes, 160);
  EXPECT_THAT(chosen, SizeIs(160));
  const auto count = [&](Reason reason) {
    return std::count_if(chosen.begin(), chosen.end(), [&](const ChosenEpisode& one) { return one.reason == reason; });
  };
  EXPECT_EQ(count(Reason::failed), 3);
  EXPECT_EQ(count(Reason::slow), 0);  // no times were recorded
  EXPECT_EQ(count(Reason::best), 10);
  EXPECT_EQ(count(Reason::worst), 10);
  std::set<std::size_t> different;
  std::set<std::uint32_t> seen;
  for (const ChosenEpisode& one : chosen) {
    different.insert(one.episode);
    seen.insert(flight.episodes[one.episode].plane);
  }
  EXPECT_THAT(different, SizeIs(160));
  EXPECT_THAT(seen, SizeIs(::testing::Ge(46U)));  // 137 are left for 50 planes
}

TEST(Sampling, ChoosesAllEpisodesWhereThereAreFew) {
  const Flight flight = flight_of(3, 4);
  EXPECT_THAT(choose_episodes(flight, choose_planes(flight, 3), 300), SizeIs(12));
  EXPECT_THAT(choose_episodes(flight, choose_planes(flight, 3), 0), SizeIs(0));
}

}  // namespace
}  // namespace kplane::cli::reporting
