// Recordings that nobody recorded: each is a typed error, in bounded memory.
#define XXH_INLINE_ALL
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <kplane/rl/rl.hpp>

#include "rl/recording/frames.hpp"
#include "rl/recording/steps.hpp"

namespace kplane::rl {
namespace {

using ::testing::HasSubstr;

class RecordingHostile : public ::testing::Test {
 protected:
  /// What is wrong with a file of these bytes; empty: nothing.
  std::string error_of(const std::string& bytes, const RecordingOptions& options = {}) const {
    write_bytes(path(), bytes);
    try {
      Replay replay(path(), options);
      for (const Step& step : replay) static_cast<void>(step);
      return "";
    } catch (const RecordingError& error) {
      return error.what();
    }
  }
  [[nodiscard]] std::string path() const { return directory_.path(); }

  /// With a header, and these lines.
  std::string error_of_line(const std::string& line) const {
    return error_of(frame_of(header_line) + frame_of(line + "\n"));
  }

 private:
  RecordingDirectory directory_;
};

TEST_F(RecordingHostile, GarbageIsNone) {
  std::mt19937 random(1);
  std::string garbage(10'000, '\0');
  for (char& c : garbage) c = static_cast<char>(random());
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string("\x28"), std::string("{\"episode\":1}\n"),
        std::string(10'000, '\0'), garbage, std::string("\x1f\x8b\x08\0", 4)}) {
    EXPECT_THAT(error_of(bytes), HasSubstr("not a recording"));
  }
  EXPECT_THAT(error_of(frame_of(header_line) + garbage), HasSubstr("damaged"));
  EXPECT_EQ(error_of(frame_of(header_line)), "");
}

TEST_F(RecordingHostile, AnotherZstdFileIsNone) {
  EXPECT_THAT(error_of(frame_of("hello\n")), HasSubstr("not a recording"));
  EXPECT_THAT(error_of(frame_of("hello")), ::testing::Not(""));
  EXPECT_THAT(error_of(frame_of("")), HasSubstr("not a recording"));
  EXPECT_THAT(error_of(skippable_frame("hello")), HasSubstr("not a recording"));
  EXPECT_THAT(error_of(frame_of("{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n")), HasSubstr("not a recording"));
  const std::string bytes = frame_of("hello\n");
  write_bytes(path(), bytes);
  EXPECT_THROW(Recorder recorder(path()), RecordingError);
  write_bytes(path(), bytes.substr(0, bytes.size() - 1));
  EXPECT_THROW(Recorder recorder(path()), RecordingError);
  EXPECT_EQ(read_bytes(path()), bytes.substr(0, bytes.size() - 1));
}

TEST_F(RecordingHostile, OneOfALaterVersionIsATypedError) {
  const std::string bytes =
      frame_of("{\"recording\":{\"version\":2,\"frames\":\"new\"}}\n") + frame_of("{\"what\":1}\n");
  write_bytes(path(), bytes);
  try {
    static_cast<void>(Recording(path()));
    FAIL();
  } catch (const RecordingTooNew& error) {
    EXPECT_EQ(error.version(), 2);
    EXPECT_THAT(error.what(), HasSubstr("format version 2"));
    EXPECT_THROW(error.raise(), RecordingTooNew);
    EXPECT_NE(dynamic_cast<const RecordingTooNew*>(error.share().get()), nullptr);
  }
  EXPECT_THROW(Recorder recorder(path()), RecordingTooNew);
  EXPECT_EQ(read_bytes(path()), bytes);
  write_bytes(path(), frame_of(header_line) + frame_of("{\"recording\":{\"version\":2}}\n"));
  EXPECT_THROW(static_cast<void>(Recording(path())), RecordingTooNew);
}

TEST_F(RecordingHostile, ABadHeaderIsAnError) {
  for (const char* header :
       {R"({"recording":1})", R"({"recording":{}})", R"({"recording":{"version":"1"}})",
        R"({"recording":{"version":0}})", R"({"recording":{"version":-1}})", R"({"recording":{"version":1.5}})",
        R"({"recording":{"version":1,"library":1}})", R"({"recording":{"version":1)",
        R"({"recording":{"version":1,"scenario":1}})", R"({"recording":{"version":1,"scenario":[{"kind":1}]}})"}) {
    EXPECT_THAT(error_of(frame_of(std::string(header) + "\n")), HasSubstr("header")) << header;
  }
}

constexpr std::size_t far_too_deep = 100'000;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_F(RecordingHostile, AHeaderIsNotNestedTooDeep) {
  for (const std::string& header : {R"({"recording":{"version":1,"info":)" + nested(far_too_deep) + "}}",
                                    R"({"recording":{"version":1,"info":)" + std::string(far_too_deep, '['),
                                    R"({"recording":{"version":1,"library":)" + nested(far_too_deep) + "}}",
                                    R"({"recording":{"version":1,"scenario":)" + nested(far_too_deep) + "}}",
                                    R"({"recording":{"version":1,"new":)" + nested(far_too_deep) + "}}",
                                    R"({"recording":)" + nested(far_too_deep) + "}"}) {
    const std::string bytes = frame_of(header + "\n");
    EXPECT_THAT(error_of(bytes), HasSubstr("header")) << header.substr(0, 50);
    EXPECT_THROW(Recorder recorder(path()), RecordingError);
    EXPECT_EQ(read_bytes(path()), bytes);
    EXPECT_THAT(error_of(frame_of(header_line) + bytes), HasSubstr("header"));
  }
}

TEST_F(RecordingHostile, AHeaderHasABound) {
  const std::string bytes =
      frame_of(R"({"recording":{"version":1,"info":")" + std::string(std::size_t{16} << 20U, 'a') + "\"}}\n");
  EXPECT_THAT(error_of(bytes), HasSubstr("header of more than 16 MiB"));
  EXPECT_THROW(Recorder recorder(path()), RecordingError);
  EXPECT_EQ(read_bytes(path()), bytes);
}

TEST_F(RecordingHostile, APlaneAndARewardAreShort) {
  for (const std::string& plane :
       {nested(far_too_deep), std::string(far_too_deep, '['), "[\"p\"]" + std::string(10, ' '),
        '"' + std::string(254, 'p') + '"', '"' + std::string(far_too_deep, 'p') + '"'}) {
    EXPECT_THAT(error_of_line(R"({"episode":0,"step":0,"plane":)" + plane + "}"), ::testing::Not(""));
  }
  EXPECT_EQ(error_of_line(R"({"episode":0,"step":0,"plane":")" + std::string(253, 'p') + "\"}"), "");
  for (const std::string& reward : {nested(far_too_deep), nested(32), "[1]" + std::string(far_too_deep, ' '),
                                    "1." + std::string(far_too_deep, '0')}) {
    EXPECT_THAT(error_of_line(R"({"episode":0,"step":0,"plane":"p","reward":)" + reward + "}"), HasSubstr("reward:"));
  }
}

TEST_F(RecordingHostile, ALineThatIsNoStepIsAnError) {
  for (const char* line : {"",
                           "x",
                           "[]",
                           "{}",
                           "null",
                           R"({"episode":0,"step":0})",
                           R"({"episode":0.5,"step":0,"plane":"p"})",
                           R"({"episode":"0","step":0,"plane":"p"})",
                           R"({"episode":0,"step":99999999999999999999,"plane":"p"})",
                           R"({"episode":0,"step":0,"plane":""})",
                           R"({"episode":0,"step":0,"plane":1})",
                           R"({"episode":0,"step":0,"plane":"p)",
                           R"({"episode":0,"step":0,"plane":"p"} x)",
                           R"({"episode":0,"step":0,"plane":"p"}})",
                           R"({"episode":0,"step":0,"plane":"p","reward":"1"})",
                           R"({"episode":0,"step":0,"plane":"p","state":1})",
                           R"({"episode":0,"step":0,"plane":"p","state":{}})",
                           R"({"episode":0,"step":0,"plane":"p","state":{"cluster":"p")",
                           R"({"episode":0,"step":0,"plane":"p","state":})",
                           R"({"episode":0,"step":0,"plane":"p","state"})",
                           R"({"episode":0,"step":0,"plane":"p",})"}) {
    EXPECT_THAT(error_of_line(line), ::testing::Not("")) << line;
  }
  EXPECT_THAT(error_of_line(R"({"episode":0,"step":0,"plane":")" + std::string(10'000, 'p') + R"("})"),
              HasSubstr("plane"));
  EXPECT_THAT(error_of_line(R"({"episode":0,"step":0,"plane":"p","action":)" + std::string(1'000'000, '[') + "}"),
              ::testing::Not(""));
}

TEST_F(RecordingHostile, TheMembersOfAStepMayStandInAnyOrder) {
  const std::string state = state_text("p", "Running");
  for (const std::string& line :
       {R"({"episode":1,"step":2,"plane":"p","reward":0.5,"state":)" + state + "}",
        R"({"action":{"a":[1,"}"]},"episode":1,"plane":"p","reward":0.5,"state":)" + state + R"(,"step":2})",
        R"( { "state" : )" + state +
            R"( , "extra" : [{}] , "plane" : "p" , "step" : 2 , "episode" : 1, "reward":5e-1 } )",
        R"({"episode":1,"step":2,"plane":"p","state":)" + state + R"(,"advantage":0.25,"reward":0.5})"}) {
    ASSERT_EQ(error_of_line(line), "") << line;
    const Step step = all_steps(path()).at(0);
    EXPECT_EQ(step.episode, 1);
    EXPECT_EQ(step.step, 2);
    EXPECT_EQ(step.reward, 0.5);
    EXPECT_EQ(step.state.raw(), state);
  }
}

TEST_F(RecordingHostile, AFrameThatDoesNotEndInALineIsAnError) {
  EXPECT_THAT(error_of(frame_of(header_line) + frame_of(R"({"episode":0,"step":0,"plane":"p"})")),
              HasSubstr("newline"));
}

TEST_F(RecordingHostile, ALineHasABound) {
  const std::string bomb(std::size_t{1} << 20U, 'a');
  RecordingOptions options;
  options.max_line_bytes = 10'000'000;
  for (const std::string& bytes : {frame_of(bomb, 512), frame_of(header_line) + frame_of(bomb, 512)}) {
    EXPECT_LT(bytes.size(), 1'000'000U);
    EXPECT_THAT(error_of(bytes, options), HasSubstr("max_line_bytes"));
  }
}

TEST_F(RecordingHostile, TheBoundOfALineMayBeNone) {
  RecordingOptions options;
  options.max_line_bytes = std::numeric_limits<std::size_t>::max();
  const std::string line = "{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n";
  EXPECT_EQ(error_of(frame_of(header_line) + frame_of(line), options), "");
}

TEST_F(RecordingHostile, TheBoundOfALineIsItsBound) {
  const std::string line = std::string("{\"episode\":0,\"step\":0,\"plane\":\"p\"}");
  const auto padded = [&](std::size_t size) { return line + std::string(size - line.size(), ' ') + '\n'; };
  RecordingOptions options;
  options.max_line_bytes = 100'000;
  EXPECT_EQ(error_of(frame_of(header_line) + frame_of(padded(100'000)), options), "");
  EXPECT_THAT(error_of(frame_of(header_line) + frame_of(padded(100'001)), options), HasSubstr("max_line_bytes"));
}

TEST_F(RecordingHostile, TheNumberOfStepsHasABound) {
  const std::string bytes = frame_of(header_line) + frame_of("{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n", 1'000'000);
  RecordingOptions options;
  options.max_steps = 10'000;
  EXPECT_THAT(error_of(bytes, options), HasSubstr("max_steps"));
}

TEST_F(RecordingHostile, ManyEmptyFramesAreOnlySkipped) {
  std::string bytes = frame_of(header_line);
  const std::string empty = frame_of("") + skippable_frame("");
  for (int i = 0; i < 10'000; ++i) bytes += empty;
  EXPECT_EQ(error_of(bytes), "");
}

TEST_F(RecordingHostile, AFrameThatNeedsTooMuchMemoryIsAnError) {
  const std::string line = "{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n";
  EXPECT_THAT(error_of(frame_of(header_line) + frame_of(line, 2, 30)), HasSubstr("cannot be decompressed"));
}

std::string index_text(std::size_t frame_bytes, const std::string& rows, const std::string& planes = R"("p")") {
  return R"({"index":{"frame_bytes":)" + std::to_string(frame_bytes) + R"(,"planes":[)" + planes + R"(],"steps":[)" +
         rows + "]}}";
}

std::uint32_t recording_checksum(const std::string& line) {
  return static_cast<std::uint32_t>(XXH3_64bits(line.data(), line.size()));
}

TEST_F(RecordingHostile, AnIndexThatLiesIsAnError) {
  const std::string line = "{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n";
  const std::string frame = frame_of(line + line);
  const auto error_with = [&](const std::string& rows) {
    return error_of(frame_of(header_line) + frame + skippable_frame(index_text(frame.size(), rows)));
  };
  ASSERT_EQ(line.size(), 35U);
  const std::string sum = std::to_string(recording_checksum(line));
  const std::string row = "[0,0,0,35," + sum + "]";
  EXPECT_EQ(error_with(row + "," + row), "");
  for (const std::string& rows :
       {row, "[0,0,0,70," + sum + "]", row + ",[0,1,0,35," + sum + "]", row + ",[0,0,0,34," + sum + "]",
        row + "," + row + "," + row, "[0,0,0,0," + sum + "]," + row, "[0,0,0,1000000000000000," + sum + "]",
        "[0,0,0,250000000," + sum + "]", "[0,0,0,18446744073709551615," + sum + "],[0,0,0,36," + sum + "]",
        row + ",[0,0,0,35,1]"}) {
    EXPECT_THAT(error_with(rows), ::testing::Not("")) << rows;
  }
}

TEST_F(RecordingHostile, WhatIsNoIndexIsSkipped) {
  const std::string line = "{\"episode\":0,\"step\":0,\"plane\":\"p\"}\n";
  const std::string frame = frame_of(line);
  for (const std::string& content :
       {std::string("hello"), std::string(R"({"index":{)"), index_text(frame.size() + 1, "[0,0,0,35,0]"),
        index_text(frame.size(), "[0,0,1,35,0]"), index_text(frame.size(), "[0,0,0]"),
        index_text(frame.size(), "[0,0,-1,35,0]"), index_text(frame.size(), "{}"),
        index_text(frame.size(), "[0,0,0,35,0]", R"("")"), R"({"index":{)" + std::string(1'000'000, '['),
        index_text(frame.size(), nested(far_too_deep)), index_text(frame.size(), "[0,0,0,35,0]", nested(far_too_deep)),
        index_text(frame.size(), "[0,0,0,35,0]") + "}",
        std::string(R"({"index":{"planes":["p"],"steps":[[0,0,0,35,0]]}})"),
        R"({"index":{)" + std::string(20'000'000, ' ')}) {
    write_bytes(path(), frame_of(header_line) + frame + skippable_frame(content));
    EXPECT_EQ(all_steps(path()).size(), 1U) << content.substr(0, 100);
  }
}

/// A recording of some frames, as a Recorder writes it.
std::string record_some(const std::string& path) {
  RecorderOptions options = with_little_memory();
  options.frame_bytes = 1'500;
  Recorder recorder(path, options);
  for (int i = 0; i < 9; ++i) recorder.append(make_step(0, i));
  recorder.close();
  return read_bytes(path);
}

TEST_F(RecordingHostile, AChangedByteIsNeverMoreThanATypedError) {
  const std::string whole = record_some(path());
  std::mt19937 random(1);
  std::size_t found = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ static_cast<char>(1U << (random() % 8)));
    if (!error_of(bytes).empty()) ++found;
    try {
      Recorder recorder(path(), with_little_memory());
      recorder.append(make_step(1, 0));
    } catch (const RecordingError&) {
      continue;  // it is damaged: nothing was appended
    }
  }
  EXPECT_GT(found, whole.size() / 2);
}

/// With something too random to be stored as anything but itself.
Step random_step() {
  std::mt19937 random(1);
  Step step = make_step(0, 0);
  step.info = "\"";
  for (int i = 0; i < 2'000; ++i) step.info += static_cast<char>('A' + random() % 26);
  step.info += '"';
  return step;
}

TEST_F(RecordingHostile, ADamagedStepIsFoundBeforeItIsUsed) {
  Recorder recorder(path());
  const std::uint64_t begin = recorder.file_bytes();
  recorder.append(random_step());
  const std::uint64_t end = recorder.file_bytes();
  recorder.close();
  std::string bytes = read_bytes(path());
  char& byte = bytes[static_cast<std::size_t>((begin + end) / 2)];
  byte = static_cast<char>(byte ^ 1);
  EXPECT_THAT(error_of(bytes), HasSubstr("damaged"));
}

TEST_F(RecordingHostile, AFrameOfAnotherWriterThatIsTornIsReadButNotContinued) {
  const std::string line = R"({"episode":0,"step":0,"plane":"p"})"
                           "\n";
  const std::string bytes = frame_of(header_line) + flushed_frame_of(line);
  write_bytes(path(), bytes);
  EXPECT_EQ(all_steps(path()).size(), 1U);
  EXPECT_THROW(Recorder recorder(path()), RecordingError);
  EXPECT_EQ(read_bytes(path()), bytes);
}

TEST_F(RecordingHostile, OfATimeThatNoClockHoldsIsOfNoTime) {
  for (const char* time : {"1013-01-02T03:04:05Z", "9999-12-31T23:59:59Z"}) {
    const RecordingDirectory directory;
    write_bytes(directory.path(), frame_of(R"({"recording":{"version":1,"created":")" + std::string(time) + "\"}}\n"));
    EXPECT_EQ(Recording(directory.path()).header().created, std::chrono::system_clock::time_point{}) << time;
  }
}

}  // namespace
}  // namespace kplane::rl
