// What a batch does by itself, whatever libcurl does.
#include "http/batch.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/transport.hpp"
#include "support/raw_server.hpp"

namespace kplane::http {
namespace {

using namespace std::chrono_literals;

/// The same request again and again, of which it keeps how each ended.
class Requests final : public BatchHandler {
 public:
  explicit Requests(Request request) : request_(std::move(request)) {}

  Request make_request(std::size_t /*index*/) override { return request_; }
  std::optional<FollowUp> take(std::size_t /*index*/, Result<Response> result) override {
    errors_.push_back(result.error());
    return std::nullopt;
  }
  [[nodiscard]] const std::vector<ErrorPtr>& errors() const noexcept { return errors_; }

 private:
  const Request request_;
  std::vector<ErrorPtr> errors_;
};

// libcurl's timers follow the real time, in which the deadline is far away.
TEST(BatchOfRequests, EndsThoseThatAreOverdueThoughLibcurlDoesNot) {
  constexpr std::size_t count = 3;
  std::atomic<std::size_t> arrived{0};
  const tests::RawServer server([&](tests::Connection& connection) {
    static_cast<void>(connection.read_request());
    ++arrived;
    connection.wait_for_close();
  });
  TransportOptions options;
  const auto begin = std::chrono::steady_clock::now();
  options.clock.now = [&, begin] { return arrived == count ? begin + 3h : begin; };
  Transport transport(options);
  Request request;
  request.url = server.base_url();
  request.deadline = begin + 2h;
  Requests handler(request);
  BatchLimits limits;
  limits.count = limits.concurrency = count;
  transport.run(handler, limits);
  ASSERT_EQ(handler.errors().size(), count);
  for (const ErrorPtr& error : handler.errors()) {
    EXPECT_NE(dynamic_cast<const TimeoutError*>(error.get()), nullptr) << (error ? error->what() : "no error");
  }
}

}  // namespace
}  // namespace kplane::http
