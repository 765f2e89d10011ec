// Exec credential plugins: when they run, what they are told, and what becomes of what they say.
#include "auth/cached_exec_credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/stop.hpp>

#include "auth/credentials.hpp"
#include "base/clock.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* v1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status) {
  return std::string(R"({"apiVersion":")") + v1 + R"(","kind":"ExecCredential","status":)" + status + "}";
}

class ExecPluginTest : public testing::Test {
 protected:
  /// A plugin that notes each run, and then does what `script` says.
  [[nodiscard]] ExecPlugin plugin(const std::string& script) const {
    ExecPlugin plugin;
    plugin.origin = "config: users[u].user.exec";
    plugin.api_version = v1;
    plugin.arguments = {"/bin/sh", "-c", "echo >>'" + path("runs") + "'; " + script};
    plugin.install_hint = "get it from the shop";
    plugin.exec_info = "{\"spec\":{}}";
    return plugin;
  }
  [[nodiscard]] ExecPlugin plugin_that_says(const std::string& text) const {
    std::ofstream(directory_.path() / "said") << text;
    return plugin("cat '" + path("said") + "'");
  }

  /// A plugin whose second run waits for the pipe "gate", and whose first waits without end, to be ended by its caller:
  /// its dying reader would let a writer of the same pipe through before the second run reads.
  [[nodiscard]] ExecPlugin plugin_that_waits_in_its_second_run() const {
    return plugin("if [ $(wc -l <'" + path("runs") + "') -lt 2 ]; then sleep 36000; fi; cat '" + path("gate") +
                  "'; echo '" + credential(R"({"token":"abc"})") + "'");
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] std::size_t runs() const { return content("runs").size(); }

  std::shared_ptr<http::Credentials> make(ExecPlugin plugin, std::shared_ptr<http::Credentials> base = nullptr) {
    return make_exec_credentials(std::move(plugin), std::move(base), [this] { return now_.load(); });
  }

  static std::string said_by(http::Credentials& credentials) {
    const http::AuthInfoPtr identity = credentials.current({});
    return std::string(http::find_header(identity->headers, "Authorization").value_or("nothing"));
  }
  static std::string error_of(http::Credentials& credentials) {
    try {
      static_cast<void>(credentials.current({}));
    } catch (const CredentialError& error) {
      EXPECT_FALSE(error.retryable());
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  const tests::TemporaryDirectory directory_;
  // 2026-01-01T00:00:00Z
  std::atomic<std::chrono::system_clock::time_point> now_{
      std::chrono::system_clock::time_point{std::chrono::seconds{1'767'225'600}}};
};

TEST_F(ExecPluginTest, RunsOnceWhenItIsFirstNeeded) {
  const auto credentials = make(plugin_that_says(credential(R"({"token":"abc"})")));
  EXPECT_EQ(runs(), 0U);
  EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_EQ(runs(), 1U);
}

TEST_F(ExecPluginTest, RunsAgainShortlyBeforeItsCredentialExpires) {
  const auto credentials =
      make(plugin_that_says(credential(R"({"token":"abc","expirationTimestamp":"2026-01-01T01:00:00Z"})")));
  static_cast<void>(said_by(*credentials));
  now_ = now_.load() + std::chrono::minutes{59};
  static_cast<void>(said_by(*credentials));
  EXPECT_EQ(runs(), 1U);
  now_ = now_.load() + std::chrono::seconds{45};
  static_cast<void>(said_by(*credentials));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecPluginTest, CredentialThatIsStillGoodServesWhileThePluginFails) {
  const auto credentials =
      make(plugin("if [ -e '" + path("broken") + "' ]; then exit 1; fi; echo '" +
                  credential(R"({"token":"abc","expirationTimestamp":"2026-01-01T01:00:00Z"})") + "'"));
  static_cast<void>(said_by(*credentials));
  std::ofstream(path("broken")) << "now";
  now_ = now_.load() + std::chrono::minutes{59} + std::chrono::seconds{45};
  EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_EQ(runs(), 2U) << "not again for every request";
  now_ = now_.load() + std::chrono::minutes{1};
  EXPECT_THAT(error_of(*credentials), HasSubstr("exited with status 1"));
}

TEST_F(ExecPluginTest, ExpiryThatNoClockCanHoldIsNone) {
  for (const char* time : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    const auto credentials =
        make(plugin_that_says(credential(R"({"token":"abc","expirationTimestamp":")" + std::string(time) + "\"}")));
    const std::size_t before = runs();
    EXPECT_EQ(said_by(*credentials), "Bearer abc");
    EXPECT_EQ(said_by(*credentials), "Bearer abc");
    EXPECT_EQ(runs(), before + 1) << time;
  }
}

TEST_F(ExecPluginTest, RunsAgainWhenItsCredentialWasRefused) {
  const auto credentials = make(plugin_that_says(credential(R"({"token":"abc"})")));
  const http::AuthInfoPtr first = credentials->current({});
  std::ofstream(path("said")) << credential(R"({"token":"def"})");
  EXPECT_TRUE(credentials->renew(first));
  const http::AuthInfoPtr second = credentials->current({});
  EXPECT_EQ(http::find_header(second->headers, "Authorization"), "Bearer def");
  EXPECT_EQ(runs(), 2U);
  EXPECT_TRUE(credentials->renew(first)) << "somebody else has renewed it";
  EXPECT_EQ(credentials->current({}), second);
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecPluginTest, ThatSaysAgainWhatWasRefusedIsLeftAloneForAMoment) {
  const auto credentials = make(plugin_that_says(credential(R"({"token":"abc"})")));
  const http::AuthInfoPtr first = credentials->current({});
  EXPECT_TRUE(credentials->renew(first));
  EXPECT_EQ(credentials->current({}), first) << "it says the same";
  EXPECT_FALSE(credentials->renew(first));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecPluginTest, ThatFailsIsLeftAloneForAMoment) {
  const auto credentials = make(plugin("exit 1"));
  for (int i = 0; i < 100; ++i) static_cast<void>(error_of(*credentials));
  EXPECT_LT(runs(), 100U);
}

TEST_F(ExecPluginTest, WhatHasNotExpiredServesWhileItIsRenewed) {
  ASSERT_EQ(::mkfifo(path("gate").c_str(), 0600), 0);
  const auto credentials =
      make(plugin("if [ -e '" + path("slow") + "' ]; then cat '" + path("gate") + "'; fi; echo '" +
                  credential(R"({"token":"abc","expirationTimestamp":"2026-01-01T01:00:00Z"})") + "'"));
  static_cast<void>(said_by(*credentials));
  std::ofstream(path("slow")) << "now";
  now_ = now_.load() + std::chrono::minutes{59} + std::chrono::seconds{45};
  std::thread renewing([&] { EXPECT_EQ(said_by(*credentials), "Bearer abc"); });
  while (runs() < 2) std::this_thread::yield();
  EXPECT_EQ(said_by(*credentials), "Bearer abc") << "without waiting for the gate to open";
  std::ofstream(path("gate")) << "\n";
  renewing.join();
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecPluginTest, AddsToWhatElseIsKnown) {
  CredentialSources sources;
  sources.headers = {{"Impersonate-User", "jane"}};
  const auto credentials = make(plugin_that_says(credential(R"({"token":"abc"})")), make_credentials(sources));
  const http::AuthInfoPtr identity = credentials->current({});
  EXPECT_EQ(http::find_header(identity->headers, "Impersonate-User"), "jane");
  EXPECT_EQ(http::find_header(identity->headers, "Authorization"), "Bearer abc");
}

TEST_F(ExecPluginTest, GetsItsInputAndItsVariablesButNotThisLibrarysToken) {
  ASSERT_EQ(::setenv("KPLANE_TOKEN", "s3cret", 1), 0);
  ASSERT_EQ(::setenv("KPLANE_TEST_COLOR", "red", 1), 0);
  ASSERT_EQ(::setenv("KUBERNETES_EXEC_INFO", "of an outer plugin", 1), 0);
  ExecPlugin configured = plugin("env >'" + path("env") + "'; echo '" + credential(R"({"token":"abc"})") + "'");
  configured.environment = {"KPLANE_TEST_COLOR=blue"};
  static_cast<void>(said_by(*make(configured)));
  for (const char* name : {"KPLANE_TOKEN", "KPLANE_TEST_COLOR", "KUBERNETES_EXEC_INFO"}) ::unsetenv(name);
  EXPECT_THAT(content("env"), AllOf(HasSubstr("KUBERNETES_EXEC_INFO={\"spec\":{}}\n"),
                                    HasSubstr("KPLANE_TEST_COLOR=blue\n"), HasSubstr("PATH=")));
  EXPECT_THAT(content("env"), AllOf(Not(HasSubstr("s3cret")), Not(HasSubstr("COLOR=red")), Not(HasSubstr("outer"))));
}

TEST_F(ExecPluginTest, FailureShowsItsErrorsAndTheHintButNotItsOutput) {
  const auto credentials = make(plugin("echo s3cret; echo please log in >&2; exit 7"));
  const std::string error = error_of(*credentials);
  EXPECT_THAT(error, AllOf(HasSubstr("users[u].user.exec"), HasSubstr("status 7"), HasSubstr("please log in"),
                           HasSubstr("get it from the shop")));
  EXPECT_THAT(error, Not(HasSubstr("s3cret")));
}

TEST_F(ExecPluginTest, ComplaintShowsNoSecretThatThePluginWasGiven) {
  ExecPlugin configured = plugin("echo \"no: $APP_PASSWORD, $2 and $4\" >&2; exit 1");
  configured.environment = {"APP_PASSWORD=pass-word-1", "APP_COLOR=deep-blue"};
  configured.arguments.insert(configured.arguments.end(), {"sh", "x", "--client-secret=s3cret-argument", "--token"});
  configured.arguments.emplace_back("t0ken-argument");
  EXPECT_THAT(error_of(*make(configured)),
              AllOf(HasSubstr("no: ***********, --client-secret=*************** and **************"),
                    Not(HasSubstr("pass-word-1")), Not(HasSubstr("s3cret-argument"))));
}

TEST_F(ExecPluginTest, ComplaintShowsNoCredentialThatThePluginMade) {
  for (const char* said : {R"(made {\"kind\":\"ExecCredential\",\"status\":{\"token\":\"s3cret\"}})",
                           "made\nkind: ExecCredential\nstatus:\n  token: s3cret", "made Bearer s3cret-token-1",
                           "made eyJhbGciOiJub25lIn0.eyJzM2NyZXQiOjF9.s3cret"}) {
    const std::string error = error_of(*make(plugin("printf '%s' \"" + std::string(said) + "\" >&2; exit 1")));
    EXPECT_THAT(error, AllOf(HasSubstr(": made"), Not(HasSubstr("s3cret")))) << said;
  }
}

TEST_F(ExecPluginTest, ThatSaysNothingIsQuotedWithItsComplaint) {
  EXPECT_THAT(error_of(*make(plugin("echo please log in >&2"))),
              AllOf(HasSubstr("its output is empty"), HasSubstr("please log in"), HasSubstr("get it from the shop")));
}

TEST_F(ExecPluginTest, MissingProgramIsNamedWithTheHint) {
  ExecPlugin configured = plugin("");
  configured.arguments = {"kplane-no-such-plugin"};
  EXPECT_THAT(error_of(*make(configured)),
              AllOf(HasSubstr("kplane-no-such-plugin"), HasSubstr("could not be started: it is not in PATH"),
                    HasSubstr("shop")));
}

TEST_F(ExecPluginTest, ThatLacksItsInterpreterIsNotSaidToBeMissing) {
  std::ofstream(path("kplane-broken-plugin")) << "#!/no/such/interpreter\n";
  ASSERT_EQ(::chmod(path("kplane-broken-plugin").c_str(), 0700), 0);
  const std::string path_before = std::getenv("PATH");
  ASSERT_EQ(::setenv("PATH", path("").c_str(), 1), 0);
  ExecPlugin configured = plugin("");
  configured.arguments = {"kplane-broken-plugin"};
  const std::string error = error_of(*make(configured));
  ::setenv("PATH", path_before.c_str(), 1);
  EXPECT_THAT(error, AllOf(HasSubstr("could not be started"), Not(HasSubstr("PATH"))));
}

TEST_F(ExecPluginTest, ThatTakesTooLongIsEnded) {
  ExecPlugin configured = plugin("echo waiting for a browser >&2; sleep 36000");
  configured.timeout = std::chrono::milliseconds{50};
  EXPECT_THAT(error_of(*make(configured)), HasSubstr("took longer than 50 ms"));
}

TEST_F(ExecPluginTest, EndsWithTheRequestThatWaitsForIt) {
  const auto credentials = make(plugin("sleep 36000"));
  const auto deadline = detail::deadline_after(std::chrono::steady_clock::now(), std::chrono::milliseconds{50});
  EXPECT_THROW((void)credentials->current({deadline, {}}), TimeoutError);
  StopSource source;
  source.request_stop();
  EXPECT_THROW((void)credentials->current({detail::TimePoint::max(), detail::StopTokens(source.token())}),
               StoppedError);
}

TEST_F(ExecPluginTest, ShortTimeOfOneIsNoResultForOthers) {
  ASSERT_EQ(::mkfifo(path("gate").c_str(), 0600), 0);
  const auto credentials = make(plugin_that_waits_in_its_second_run());
  const auto within = [](std::chrono::milliseconds time) {
    return detail::deadline_after(std::chrono::steady_clock::now(), time);
  };
  // Time enough for the plugin to start on a busy machine: what ended before would not be counted as a run.
  const std::chrono::seconds hasty_time{2};
  std::thread hasty([&] { EXPECT_THROW((void)credentials->current({within(hasty_time), {}}), TimeoutError); });
  while (runs() == 0) std::this_thread::yield();
  std::thread patient([&] { EXPECT_EQ(said_by(*credentials), "Bearer abc"); });
  hasty.join();
  while (runs() < 2) std::this_thread::yield();
  EXPECT_THROW((void)credentials->current({within(std::chrono::milliseconds{50}), {}}), TimeoutError);
  std::ofstream(path("gate")) << "\n";
  patient.join();
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecPluginTest, TimeThatWasTooShortIsNotTriedAgainForAMoment) {
  const auto credentials = make(plugin("sleep 36000"));
  for (int i = 0; i < 20; ++i) {
    const auto deadline = detail::deadline_after(std::chrono::steady_clock::now(), std::chrono::milliseconds{20});
    EXPECT_THROW((void)credentials->current({deadline, {}}), TimeoutError);
  }
  EXPECT_LT(runs(), 20U);
}

TEST_F(ExecPluginTest, ThatSaysSomethingNewEachTimeIsNotRunForEveryRefusal) {
  std::ofstream(path("template")) << credential(R"({"token":"RUN"})");
  const auto credentials = make(plugin("sed \"s/RUN/$(wc -l <'" + path("runs") + "')/\" '" + path("template") + "'"));
  int refusals = 0;
  for (int i = 0; i < 100; ++i) {
    if (!credentials->renew(credentials->current({}))) ++refusals;
  }
  EXPECT_GT(refusals, 50);
  EXPECT_LT(runs(), 50U);
  EXPECT_GT(runs(), 2U);
}

TEST_F(ExecPluginTest, ThatSaysWhatHasExpiredIsNotRunForEveryRequest) {
  const auto credentials =
      make(plugin_that_says(credential(R"({"token":"abc","expirationTimestamp":"2025-12-31T23:59:00Z"})")));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_LT(runs(), 50U);
}

TEST_F(ExecPluginTest, WhatItSaysMustBeACredential) {
  for (
      const std::string& said : std::vector<std::string>{
          "",
          "s3cret",
          "{",
          "[]",
          "{}",
          R"({"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"s3cret"}})",
          R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"Secret","status":{"token":"s3cret"}})",
          credential("null"),
          credential("{}"),
          credential(R"({"token":""})"),
          credential(R"({"token":5})"),
          credential(R"({"token":"s3cret\r\nX-Evil: 1"})"),
          credential(R"({"token":"s3cret token"})"),
          credential(R"({"clientCertificateData":"s3cret"})"),
          credential(R"({"clientKeyData":"s3cret","token":"a"})"),
          credential(R"({"clientCertificateData":"s3cret","clientKeyData":"s3cret"})"),
          credential(R"({"token":"s3cret","expirationTimestamp":"tomorrow"})"),
          credential(R"({"token":"s3cret","expirationTimestamp":5})"),
          std::string(2'000'000, 'x'),
          std::string(100'000, '['),
      }) {
    EXPECT_THAT(error_of(*make(plugin_that_says(said))), Not(HasSubstr("s3cret"))) << said.substr(0, 100);
  }
}

TEST_F(ExecPluginTest, ThreadsThatNeedItAtOnceShareOneRun) {
  ASSERT_EQ(::mkfifo(path("gate").c_str(), 0600), 0);
  const auto credentials = make(plugin("cat '" + path("gate") + "'; echo '" + credential(R"({"token":"abc"})") + "'"));
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { good += said_by(*credentials) == "Bearer abc" ? 1 : 0; });
  }
  std::ofstream(path("gate")) << "\n";  // opens only once the plugin reads
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(runs(), 1U);
}

TEST_F(ExecPluginTest, OneThatIsStoppedLeavesTheRunToTheNext) {
  ASSERT_EQ(::mkfifo(path("gate").c_str(), 0600), 0);
  const auto credentials = make(plugin_that_waits_in_its_second_run());
  StopSource source;
  std::thread stopped([&] {
    EXPECT_THROW((void)credentials->current({detail::TimePoint::max(), detail::StopTokens(source.token())}),
                 StoppedError);
  });
  while (runs() == 0) std::this_thread::yield();
  std::thread patient([&] { EXPECT_EQ(said_by(*credentials), "Bearer abc"); });
  source.request_stop();
  stopped.join();
  while (runs() < 2) std::this_thread::yield();
  std::ofstream(path("gate")) << "\n";
  patient.join();
}

}  // namespace
}  // namespace kplane::auth
