// Tokens: what is sent where, rotation, refusal.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Accepts the bearer token it was told to, and keeps those it was sent.
class TokenServer {
 public:
  explicit TokenServer(std::string accepted)
      : accepted_(std::move(accepted)),
        server_(answering([this](const std::string& request) { return answer(request); })) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::string answer(const std::string& request) {
    const std::string mark = "Authorization: ";
    const auto at = request.find(mark);
    const std::string sent =
        at == std::string::npos ? "" : request.substr(at + mark.size(), request.find('\r', at) - at - mark.size());
    const std::lock_guard lock(mutex_);
    seen_.push_back(sent);
    if (sent == "Bearer " + accepted_) return http_response(200, state_body("a"));
    return http_response(
        401, R"({"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401})");
  }

  std::mutex mutex_;
  const std::string accepted_;
  std::vector<std::string> seen_;
  RawServer server_;
};

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "kplane-test-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    write(text);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void write(const std::string& text) const {
    std::ofstream(directory_ / "next") << text;
    std::filesystem::rename(directory_ / "next", path());
  }
  [[nodiscard]] std::string path() const { return (directory_ / "token").string(); }

 private:
  std::filesystem::path directory_;
};

TEST(Token, IsSentAsBearerAndNotWithoutNeed) {
  TokenServer server("good");
  ClientOptions options;
  options.token = "good";
  const Client client(server.base_url(), options);
  EXPECT_EQ(client.plane("a").state().total_items(), 1U);
  EXPECT_THAT(server.seen(), ElementsAre("Bearer good"));
}

TEST(Token, OfAPlaneReplacesTheClients) {
  TokenServer server("special");
  ClientOptions options;
  options.token = "general";
  const Client client(server.base_url(), options);
  EXPECT_THROW((void)client.plane("a").state(), Unauthorized);
  PlaneOptions own;
  own.token = "special";
  EXPECT_EQ(client.plane("a", own).state().total_items(), 1U);
  EXPECT_EQ((*client.states({client.plane("a", own)}).at(0)).total_items(), 1U);
}

TEST(Token, RefusedOneIsNotTriedAgainAndNotQuoted) {
  TokenServer server("good");
  ClientOptions options;
  options.token = "hunter2";
  const Client client(server.base_url(), options);
  try {
    (void)client.plane("a").state();
    FAIL() << "accepted";
  } catch (const Unauthorized& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
    EXPECT_EQ(error.reason(), "Unauthorized");
    EXPECT_FALSE(error.retryable());
  }
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(TokenFile, RotationIsNoticedBeforeTheNextRequest) {
  TokenServer server("new");
  const TemporaryFile file("old");
  ClientOptions options;
  options.token_file = file.path();
  const Client client(server.base_url(), options);
  EXPECT_THROW((void)client.plane("a").state(), Unauthorized);
  file.write("new\n");
  EXPECT_EQ(client.plane("a").state().total_items(), 1U);
  EXPECT_THAT(server.seen(), ElementsAre("Bearer old", "Bearer new"));
}

TEST(TokenFile, RotationDuringARequestIsMadeGoodByOneMoreAttempt) {
  const TemporaryFile file("old");
  std::atomic<int> requests{0};
  const RawServer server(answering([&](const std::string& request) {
    if (++requests == 1) {
      file.write("new");
      return http_response(401, "", "text/plain");
    }
    return request.find("Bearer new") == std::string::npos ? http_response(401, "", "text/plain")
                                                           : http_response(200, "{}");
  }));
  ClientOptions options = without_retries();
  options.token_file = file.path();
  Request post;
  post.method = "POST";
  post.path = "/api";
  post.body = "{}";
  EXPECT_EQ(Client(server.base_url(), options).plane("a").request(post).status(), 200)
      << "a refused POST did nothing yet";
  EXPECT_EQ(requests, 2);
}

TEST(TokenFile, SecondRefusalIsFinal) {
  const TemporaryFile file("0");
  std::atomic<int> requests{0};
  const RawServer server(answering([&](const std::string&) {
    file.write(std::to_string(++requests));
    return http_response(401, "", "text/plain");
  }));
  ClientOptions options = with_quick_retries();
  options.token_file = file.path();
  EXPECT_THROW((void)Client(server.base_url(), options).plane("a").state(), Unauthorized);
  EXPECT_EQ(requests, 2);
}

TEST(Request, CannotSmuggleHeadersOrPaths) {
  const Plane plane = Client("http://127.0.0.1:1").plane("a");
  const auto refused = [&](auto change) {
    Request request;
    request.path = "/api";
    change(request);
    EXPECT_THROW((void)plane.request(request), ConfigError);
  };
  refused([](Request& r) { r.headers = {{"X-A", "1\r\nX-B: 2"}}; });
  refused([](Request& r) { r.headers = {{"X A", "1"}}; });
  refused([](Request& r) { r.headers = {{"authorization", "Bearer x"}}; });
  refused([](Request& r) { r.headers = {{"Content-Length", "0"}}; });
  refused([](Request& r) { r.headers = {{"Host", "evil"}}; });
  refused([](Request& r) { r.method = "GET / HTTP/1.1\r\nX: "; });
  refused([](Request& r) { r.method = ""; });
  refused([](Request& r) { r.path = "api"; });
  refused([](Request& r) { r.path = "/../../b/control-plane/api"; });
  refused([](Request& r) { r.path = "/%2e%2e/x"; });
  refused([](Request& r) { r.path = "/api?x=1"; });
  refused([](Request& r) {
    r.body = "{}";
    r.content_type = "a\nb";
  });
}

}  // namespace
}  // namespace kplane::tests
