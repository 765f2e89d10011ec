#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "cli/report/sampling.hpp"
#include "cli/report/timeline.hpp"
#include "report/recordings.hpp"

namespace kplane::cli::reporting {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// The timelines of a recording of one episode.
Json timelines_of(const rl::Recording& recording, const ReportOptions& options = {}) {
  return numbers_of({recording}, options).at("timelines");
}

rl::Step with_state(rl::Step step, const std::string& state) {
  step.state = Snapshot::from_json(state);
  return step;
}

std::string config_map(const std::string& data) {
  return R"({"metadata":{"name":"menu","namespace":"shop"},"data":)" + data + "}";
}

TEST(Timeline, SaysWhatEachStepDidAndWhatChanged) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps = {
      with_state(step_of(3, 0, "a"), state_of("a", config_map(R"({"soup":"leek"})"))),
      with_state(step_of(3, 1, "a", 0.5), state_of("a", config_map(R"({"soup":"carrot","bread":"rye"})"))),
      with_state(step_of(3, 2, "a"), state_of("a", config_map(R"({"soup":"carrot","bread":"rye"})"))),
  };
  steps[0].action.clear();
  steps[2].info = R"({"elapsed_ms":5,"error":{"kind":"Conflict","message":"it changed"}})";
  const Json timelines = timelines_of(record(directory.path(), steps));
  ASSERT_THAT(timelines, SizeIs(1));
  EXPECT_EQ(timelines[0]["plane"], "a");
  EXPECT_EQ(timelines[0]["episode"], 3);
  EXPECT_EQ(timelines[0]["length"], 3);
  EXPECT_EQ(timelines[0]["reason"], "failed");
  const Json& told = timelines[0]["steps"];
  EXPECT_EQ(told[0], Json::parse(R"({"step":0,"not_compared":"first state"})"));
  EXPECT_EQ(told[1], Json::parse(R"({"step":1,"action":"{\"scale\":1}","reward":0.5,"changes":[
    {"type":"modified","resource":"configmaps","name":"shop/menu",
     "fields":[["/data/bread","","\"rye\""],["/data/soup","\"leek\"","\"carrot\""]]}]})"));
  EXPECT_EQ(told[2], Json::parse(R"({"step":2,"action":"{\"scale\":2}","ms":5,
                                     "error":"Conflict","message":"it changed"})"));
}

TEST(Timeline, ComparesWithTheLastStateThatThereWas) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps = {
      with_state(step_of(0, 0, "a"), state_of("a", config_map(R"({"soup":"leek"})"))),
      step_of(0, 1, "a"),
      with_state(step_of(0, 2, "a"), state_of("a", config_map(R"({"soup":"carrot"})"))),
  };
  steps[1].state = {};
  const Json told = timelines_of(record(directory.path(), steps))[0]["steps"];
  EXPECT_EQ(told[1]["error"], "no state");
  EXPECT_EQ(told[1]["not_compared"], "there is no state");
  EXPECT_THAT(told[2]["changes"], SizeIs(1));
}

TEST(Timeline, ComparesEachEpisodeOfEachPlaneByItself) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int episode = 0; episode < 2; ++episode) {
    for (int step = 0; step < 3; ++step) {
      for (const char* plane : {"a", "b"}) {
        steps.push_back(with_state(step_of(episode, step, plane),
                                   state_of(plane, config_map(R"({"of":")" + std::string(plane) + R"("})"))));
      }
    }
  }
  const Json timelines = timelines_of(record(directory.path(), steps));
  ASSERT_THAT(timelines, SizeIs(4));
  for (const Json& timeline : timelines) {
    ASSERT_THAT(timeline["steps"], SizeIs(3));
    EXPECT_EQ(timeline["steps"][0]["not_compared"], "first state");
    for (const std::size_t step : {1U, 2U}) EXPECT_FALSE(timeline["steps"][step].contains("changes")) << timeline;
  }
}

TEST(Timeline, NeverShowsTheValuesOfSecrets) {
  const rl::RecordingDirectory directory;
  rl::RecorderOptions options = rl::with_little_memory();
  options.keep_secrets = true;
  const auto secret = [](const std::string& value) {
    return state_of("a",
                    R"({"metadata":{"name":"key","namespace":"shop","annotations":{"note":")" + value +
                        R"("}},"data":{"key":")" + value + R"("},"stringData":{"key":")" + value + R"("}})",
                    "secrets");
  };
  const rl::Recording recording = record(
      directory.path(),
      {with_state(step_of(0, 0, "a"), secret("aHVudGVyMg==")), with_state(step_of(0, 1, "a"), secret("c3dvcmRmaXNo"))},
      options);
  const std::string json = report_on({recording}).json;
  EXPECT_THAT(json, Not(HasSubstr("aHVudGVyMg")));
  EXPECT_THAT(json, Not(HasSubstr("c3dvcmRmaXNo")));
  EXPECT_THAT(json, HasSubstr("/data/key"));
}

TEST(Timeline, CutsLongEpisodesInTheirMiddle) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 100; ++i) steps.push_back(step_of(0, i, "a"));
  const Json timeline = timelines_of(record(directory.path(), steps))[0];
  EXPECT_EQ(timeline["left_out"], 40);
  ASSERT_THAT(timeline["steps"], SizeIs(60));
  EXPECT_EQ(timeline["steps"][39]["step"], 39);
  EXPECT_EQ(timeline["steps"][40]["step"], 80);
  EXPECT_EQ(timeline["steps"][40]["not_compared"], "no state to compare with");
  EXPECT_TRUE(timeline["steps"][41].contains("changes"));
}

TEST(Timeline, CutsLongTextsAndLists) {
  const rl::RecordingDirectory directory;
  std::string data = "{";
  for (int i = 0; i < 100; ++i)
    data += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":")" + std::string(500, 'x') + '"';
  std::vector<rl::Step> steps = {with_state(step_of(0, 0, "a"), state_of("a", config_map("{\"0\":\"\"}"))),
                                 with_state(step_of(0, 1, "a"), state_of("a", config_map(data + "}")))};
  steps[1].action = '"' + std::string(10'000, 'y') + '"';
  const Json step = timelines_of(record(directory.path(), steps))[0]["steps"][1];
  EXPECT_LT(step["action"].get<std::string>().size(), 500U);
  EXPECT_THAT(step["action"].get<std::string>(), ::testing::EndsWith("…"));
  ASSERT_THAT(step["changes"][0]["fields"], SizeIs(8));
  EXPECT_EQ(step["changes"][0]["more_fields"], 92);
  EXPECT_LT(step["changes"][0]["fields"][0][2].get<std::string>().size(), 200U);
}

TEST(Timeline, KeepsNoMoreStatesThanItMay) {
  const rl::RecordingDirectory directory;
  const rl::Recording recording = record(directory.path(), {step_of(0, 0, "a"), step_of(0, 1, "a")});
  ReportOptions options;
  options.state_bytes = 10;
  EXPECT_EQ(timelines_of(recording, options)[0]["steps"][1]["not_compared"], "no state to compare with");
}

TEST(Timeline, AreAsManyAsMayBeAndAsLargeAsMayBe) {
  const rl::RecordingDirectory directory;
  std::vector<rl::Step> steps;
  for (int i = 0; i < 50; ++i) steps.push_back(step_of(i, 0, "a"));
  const rl::Recording recording = record(directory.path(), steps);
  ReportOptions options;
  options.timelines = 20;
  EXPECT_THAT(timelines_of(recording, options), SizeIs(20));
  EXPECT_EQ(numbers_of({recording}, options)["all_episodes"], 50);
  options.timeline_bytes = 300;
  EXPECT_THAT(timelines_of(recording, options), SizeIs(::testing::AllOf(::testing::Ge(1U), ::testing::Le(4U))));
}

TEST(Timeline, SaysWhenStatesCannotBeCompared) {
  const rl::RecordingDirectory directory;
  const rl::Recording recording =
      record(directory.path(), {with_state(step_of(0, 0, "a"), state_of("a", R"({"metadata":{"name":"m"},"x":1})")),
                                with_state(step_of(0, 1, "a"), state_of("a", R"({"metadata":{"name":"m"},"x":tru})"))});
  const Json step = timelines_of(recording)[0]["steps"][1];
  EXPECT_FALSE(step.contains("changes"));
  EXPECT_NE(step["not_compared"], "");
}

TEST(Timeline, EndsWhenItsProgressThrows) {
  const rl::RecordingDirectory directory;
  const rl::Recording recording = record(directory.path(), {step_of(0, 0, "a"), step_of(0, 1, "a")});
  int read = 0;
  EXPECT_THROW((void)make_report({recording}, {},
                                 [&read] {
                                   if (++read == 3) throw StoppedError("stopped");
                                 }),
               StoppedError);
  EXPECT_EQ(read, 3);
}

}  // namespace
}  // namespace kplane::cli::reporting
