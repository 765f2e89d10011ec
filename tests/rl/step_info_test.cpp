#include <kplane/rl/step_info.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include <kplane/client.hpp>
#include <kplane/rl/rl.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl {
namespace {

using Json = nlohmann::json;

Json info_of(const Observation& seen) { return Json::parse(step_info(seen)); }

Observation observation_of(StateResult state) {
  Observation seen{0, 1, std::move(state)};
  seen.elapsed = std::chrono::microseconds{1'500};
  return seen;
}

Plane plane() { return Client("http://127.0.0.1:9").plane("rl-0000"); }  // nothing is sent
Observation with_state() { return observation_of(StateResult(plane(), Snapshot{})); }
Observation with_error(const Error& error) { return observation_of(StateResult(plane(), error.share())); }

TEST(StepInfo, SaysHowLongItTook) { EXPECT_EQ(info_of(with_state()), Json::parse(R"({"elapsed_ms":1.5})")); }

TEST(StepInfo, NamesTheErrorByItsClass) {
  const Json info = info_of(with_error(TimeoutError("it took too long")));
  EXPECT_EQ(info["error"], Json::parse(R"({"kind":"TimeoutError","message":"it took too long"})"));
  const auto kind_of = [](const Error& error) { return info_of(with_error(error))["error"]["kind"]; };
  EXPECT_EQ(kind_of(NotSynced("", {})), "NotSynced");
  EXPECT_EQ(kind_of(CertificateExpired("")), "CertificateExpired");
  EXPECT_EQ(kind_of(StoppedError("")), "StoppedError");
  EXPECT_EQ(kind_of(RecordingLocked("")), "RecordingError");
  EXPECT_EQ(kind_of(Error("")), "Error");
}

TEST(StepInfo, NamesTheRequestThatFailed) {
  Observation seen = with_state();
  ApiError::Info info;
  info.status = 409;
  seen.responses.emplace_back(Conflict(info).share());
  EXPECT_EQ(info_of(seen)["error"]["kind"], "Conflict");
}

TEST(StepInfo, SaysWhatAFunctionThrew) {
  Observation seen = with_error(TimeoutError("an error of the state"));
  seen.failure = std::make_exception_ptr(std::runtime_error("my agent \xff"));
  EXPECT_EQ(info_of(seen)["error"], Json::parse("{\"kind\":\"exception\",\"message\":\"my agent \xef\xbf\xbd\"}"));
  seen.failure = std::make_exception_ptr(1);
  EXPECT_EQ(info_of(seen)["error"]["kind"], "exception");
}

}  // namespace
}  // namespace kplane::rl
