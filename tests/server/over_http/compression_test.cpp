// Which answers come as gzip.
#include <string>

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::Fault;
using kplane::testing::LocalServer;

constexpr std::size_t kLarge = 200'000;

class LocalServerCompression : public ::testing::Test {
 protected:
  LocalServerCompression() {
    const nlohmann::json object = {{"metadata", {{"name", "large"}}}, {"data", {{"k", std::string(kLarge, 'x')}}}};
    connection.send("POST", kMaps, object.dump());
  }
  raw::Response get(const std::string& target, const std::string& accepted) {
    return raw::Connection(server).with_header("Accept-Encoding: " + accepted).get(target);
  }
  LocalServer server;
  raw::Connection connection{server};
};

TEST_F(LocalServerCompression, IsForLargeAnswersToThoseWhoOfferIt) {
  const auto plain = get(kMaps, "identity");
  EXPECT_EQ(plain.headers.count("content-encoding"), 0U);
  EXPECT_GT(plain.body.size(), kLarge);
  const auto compressed = get(kMaps, "deflate, gzip");
  EXPECT_EQ(compressed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(compressed.headers.at("content-type"), "application/json");
  EXPECT_LT(compressed.body.size(), kLarge / 10);
  CURL* handle = connection.prepare("GET", kMaps, {}, "application/json");
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  EXPECT_EQ(connection.finish(curl_easy_perform(handle)).body, plain.body);
}

TEST_F(LocalServerCompression, IsNotForSmallAnswersNorForStates) {
  EXPECT_EQ(get("/version", "gzip").headers.count("content-encoding"), 0U);
  const auto state = get("/clusters/a/control-plane/state", "gzip");
  EXPECT_GT(state.body.size(), kLarge);
  EXPECT_EQ(state.headers.count("content-encoding"), 0U);
}

TEST_F(LocalServerCompression, IsNotForScriptedAnswers) {
  Fault fault;
  fault.status = 200;
  fault.body = std::string(kLarge, 'y');
  server.add_fault(fault);
  EXPECT_EQ(get(kMaps, "gzip").body, fault.body);
}

}  // namespace
