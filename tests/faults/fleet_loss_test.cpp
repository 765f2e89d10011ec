// Answers that are lost on the way: what a call has done is known to be its own.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

std::string fleet_failure(int code, const std::string& reason) {
  return http_response(code, R"({"kind":"Status","status":"Failure","message":"no","reason":")" + reason +
                                 R"(","details":{"name":"rl","kind":"fleets"}})");
}

/// Keeps one Fleet, and answers only when it may: what is not answered is carried out nevertheless.
class LossyFleets {
 public:
  enum class Answer { whole, none, gateway_timeout, garbled, misrouted, held };

  /// @param answers to the writes, in order; then `whole`. Reads are always answered
  explicit LossyFleets(std::vector<Answer> answers) : answers_(std::move(answers)) {}

  [[nodiscard]] Client client(ClientOptions options = with_quick_retries()) const {
    return Client(server_.base_url(), std::move(options));
  }
  /// Called once a write is carried out and not answered yet. Not to be set while requests are under way.
  void on_write(std::function<void()> hook) { on_write_ = std::move(hook); }
  void take_name() { instance_ = "somebody-else"; }
  [[nodiscard]] bool has_fleet() const {
    const std::lock_guard lock(mutex_);
    return instance_.has_value();
  }
  [[nodiscard]] std::vector<std::string> methods() const {
    const std::lock_guard lock(mutex_);
    return methods_;
  }

 private:
  void serve(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string method = request.substr(0, request.find(' '));
      const std::string said = carry_out(method, request);
      if (method != "GET" && on_write_) on_write_();
      const Answer how = method == "GET" ? Answer::whole : next_answer();
      if (how == Answer::none) return;
      if (how == Answer::gateway_timeout) {
        if (!connection.send(http_response(504, "gateway timeout", "text/plain"))) return;
      } else if (how == Answer::held) {
        return connection.wait_for_close();
      } else if (!connection.send(sent(how, said))) {
        return;
      }
    }
  }

  static std::string sent(Answer how, const std::string& said) {
    if (how == Answer::garbled) return http_response(200, "<html>");
    if (how == Answer::misrouted) return http_response(200, R"({"metadata":{"name":"other"},"spec":{"replicas":1}})");
    return said;
  }

  std::string carry_out(const std::string& method, const std::string& request) {
    const std::lock_guard lock(mutex_);
    methods_.push_back(method);
    if (method == "POST" && instance_) return fleet_failure(409, "AlreadyExists");
    if (method == "POST") instance_ = instance_of(request);
    if (!instance_) return fleet_failure(404, "NotFound");
    const std::string said =
        http_response(200, R"({"metadata":{"name":"rl","uid":"u","labels":{"app.kubernetes.io/instance":")" +
                               *instance_ + R"("}},"spec":{"replicas":1}})");
    if (method == "DELETE") instance_.reset();
    return said;
  }

  static std::string instance_of(const std::string& request) {
    const std::string key = R"("app.kubernetes.io/instance":")";
    const auto begin = request.find(key) + key.size();
    return request.substr(begin, request.find('"', begin) - begin);
  }

  Answer next_answer() {
    const std::lock_guard lock(mutex_);
    if (answers_.empty()) return Answer::whole;
    const Answer next = answers_.front();
    answers_.erase(answers_.begin());
    return next;
  }

  std::function<void()> on_write_;
  mutable std::mutex mutex_;
  std::vector<Answer> answers_;
  std::optional<std::string> instance_;
  std::vector<std::string> methods_;
  const RawServer server_{[this](Connection& connection) { serve(connection); }};
};

using Answer = LossyFleets::Answer;

FleetSpec one() {
  FleetSpec spec;
  spec.replicas = 1;
  return spec;
}

TEST(FleetLostAnswer, OfACreationIsFoundAgain) {
  for (const Answer lost : {Answer::none, Answer::gateway_timeout}) {
    const LossyFleets server({lost});
    EXPECT_EQ(server.client().create_fleet("rl", one()).object().uid(), "u");
    EXPECT_THAT(server.methods(), ElementsAre("POST", "POST", "GET"));
  }
}

TEST(FleetLostAnswer, OfTheOnlyAttemptIsFoundAgainToo) {
  for (const Answer lost : {Answer::none, Answer::gateway_timeout, Answer::garbled, Answer::misrouted}) {
    const LossyFleets server({lost});
    EXPECT_EQ(server.client(without_retries()).create_fleet("rl", one()).object().uid(), "u");
    EXPECT_THAT(server.methods(), ElementsAre("POST", "GET"));
  }
}

TEST(FleetLostAnswer, LeavesNoFleetThatNobodyHolds) {
  const LossyFleets server({Answer::none, Answer::none});
  {
    const EphemeralFleet fleet = server.client().ephemeral_fleet("rl", one());
    EXPECT_TRUE(server.has_fleet());
  }
  EXPECT_FALSE(server.has_fleet());
}

TEST(FleetLostAnswer, DoesNotMakeAnotherFleetOnesOwn) {
  LossyFleets server({Answer::none});
  server.take_name();
  EXPECT_THROW((void)server.client().create_fleet("rl", one()), AlreadyExists);
  EXPECT_TRUE(server.has_fleet());
  LossyFleets unheard({Answer::none, Answer::none, Answer::none, Answer::none});
  unheard.take_name();
  EXPECT_THROW((void)unheard.client().create_fleet("rl", one()), TransportError);
}

TEST(FleetLostAnswer, OfACreationThatWasStoppedLeavesNoFleet) {
  StopSource source;
  LossyFleets server({Answer::none});
  server.on_write([&] { source.request_stop(); });
  ClientOptions options = with_quick_retries();
  options.stop = source.token();
  EXPECT_THROW((void)server.client(options).create_fleet("rl", one()), StoppedError);
  EXPECT_FALSE(server.has_fleet());
}

// Request timeouts are hours here: cleaning up has a bound of its own after a stop, five seconds.
TEST(FleetLostAnswer, OfACreationThatWasStoppedIsNotCleanedUpForever) {
  StopSource source;
  LossyFleets server({Answer::none, Answer::held, Answer::held});
  server.on_write([&] { source.request_stop(); });
  ClientOptions options = with_quick_retries();
  options.request_timeout = std::chrono::hours{1};
  options.stop = source.token();
  EXPECT_THROW((void)server.client(options).create_fleet("rl", one()), StoppedError);
}

TEST(FleetLostAnswer, OfARemovalIsStillARemoval) {
  for (const Answer lost : {Answer::none, Answer::gateway_timeout}) {
    const LossyFleets server({Answer::whole, lost});
    const Fleet fleet = server.client().create_fleet("rl", one());
    EXPECT_TRUE(fleet.remove());
    EXPECT_FALSE(server.has_fleet());
    EXPECT_FALSE(fleet.remove()) << "gone already";
  }
}

TEST(FleetLostAnswer, OfARemovalOnAKeptConnectionIsNoticedToo) {
  const LossyFleets server({Answer::whole, Answer::none});
  const Fleet fleet = server.client(without_retries()).create_fleet("rl", one());
  EXPECT_TRUE(fleet.remove());
  EXPECT_THAT(server.methods(), ElementsAre("POST", "DELETE", "DELETE")) << "libcurl sends again by itself";
}

}  // namespace
}  // namespace kplane::tests
