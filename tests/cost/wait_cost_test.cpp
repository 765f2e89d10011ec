// What it costs to wait for many planes at once.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "support/costs.hpp"
#include "support/planes.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {
namespace {

constexpr int plane_count = 250;

/// Lists an object that does not fit, and changes it when every plane is watched.
class JobServer {
 public:
  [[nodiscard]] std::string base_url() const { return server_.base_url(); }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (request.find("watch=1") == std::string::npos) {
        connection.send(http_response(200, R"({"metadata":{"resourceVersion":"7"},"items":[)" + job("new") + "]}"));
        continue;
      }
      connection.send(stream_head);
      wait_for_all();
      connection.send(chunk(event("MODIFIED", job("done"))));
      return connection.wait_for_close();
    }
  }

  void wait_for_all() {
    std::unique_lock lock(mutex_);
    ++watching_;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds{60}, [this] { return watching_ >= plane_count; });
  }

  static std::string job(const std::string& phase) {
    return R"({"metadata":{"name":"job","namespace":"default","resourceVersion":")" +
           std::string(phase == "new" ? "3" : "9") + R"("},"data":{"phase":")" + phase + R"("}})";
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int watching_ = 0;
  RawServer server_{[this](Connection& connection) { play(connection); }};
};

TEST(WaitCost, EachWaitHoldsAFewKilobytes) {
  if (!can_count_costs()) GTEST_SKIP() << "costs are counted in front of glibc only, and this is another C library";
  const JobServer server;
  const Client client(server.base_url());
  const auto planes = planes_of(client, plane_count);
  const std::int64_t before = costs_so_far().live_bytes;
  std::int64_t live = 0;
  const auto note = [&](const WaitResult&) {
    if (live == 0) live = costs_so_far().live_bytes - before;  // at the first one, all others are being watched
  };
  const auto results = client.wait_for(planes, {"v1", "configmaps", "default", "job"},
                                       conditions::field("/data/phase", "done"), std::chrono::minutes{1}, {}, note);
  for (const WaitResult& result : results) EXPECT_TRUE(result);
  EXPECT_GT(live, 0);
  EXPECT_LE(live / plane_count, 40'000) << "a thousand of them would hold more than 40 MB";
}

}  // namespace
}  // namespace kplane::tests
