// The corpus as a whole, and the decoders of small texts.
#include "corpus.hpp"

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "agent/agent_objects.hpp"
#include "codec/rfc3339.hpp"
#include "codec/status.hpp"
#include "http/retry_backoff.hpp"
#include "http/url.hpp"
#include "json/object_access.hpp"
#include "yaml/yaml.hpp"

namespace kplane {
namespace {

ApiError::Info read_status(std::string_view text) {
  ApiError::Info info;
  codec::read_status(corpus::body(text), info);
  return info;
}

TEST(Corpus, HasNoLargeFiles) {
  constexpr std::uintmax_t largest = 20'000;
  constexpr std::uintmax_t largest_recording = 1'500'000;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KPLANE_CORPUS)) {
    if (!entry.is_regular_file()) continue;
    const bool is_recorded = entry.path().extension() == ".jsonl";  // many small texts, with what another program says
    EXPECT_LT(entry.file_size(), is_recorded ? largest_recording : largest) << entry.path();
  }
}

TEST(Rfc3339, SortsTheCorpus) {
  for (const auto& file : corpus::files("rfc3339", "ok-")) EXPECT_TRUE(codec::parse_rfc3339(file.content)) << file.name;
  for (const auto& file : corpus::files("rfc3339", "bad-"))
    EXPECT_FALSE(codec::parse_rfc3339(file.content)) << file.name;
}

TEST(RetryAfter, SortsTheCorpus) {
  const auto now = std::chrono::system_clock::from_time_t(1'700'000'000);
  for (const auto& file : corpus::files("retry_after", "ok-"))
    EXPECT_TRUE(http::parse_retry_after(file.content, now)) << file.name;
  for (const auto& file : corpus::files("retry_after", "bad-"))
    EXPECT_FALSE(http::parse_retry_after(file.content, now)) << file.name;
}

TEST(IssuedToken, SortsTheCorpus) {
  corpus::expect_sorted<DecodeError>("issued_token", [](const std::string& text) {
    static_cast<void>(detail::decode_issued_token(corpus::body(text)));
  });
}

TEST(BaseUrl, SortsTheCorpus) {
  corpus::expect_sorted<ConfigError>("url",
                                     [](const std::string& text) { static_cast<void>(http::parse_base_url(text)); });
}

TEST(Yaml, SortsTheCorpus) {
  corpus::expect_sorted<ConfigError>("yaml",
                                     [](const std::string& text) { static_cast<void>(yaml::yaml_to_json(text)); });
}

TEST(Yaml, IsBoundedInDepth) {
  EXPECT_THROW(static_cast<void>(yaml::yaml_to_json(std::string(100'000, '['))), ConfigError);
  EXPECT_THROW(static_cast<void>(yaml::yaml_to_json(corpus::repeated("- ", 100'000))), ConfigError);
  EXPECT_THROW(static_cast<void>(yaml::yaml_to_json(corpus::repeated("{a: ", 100'000))), ConfigError);
}

TEST(JsonPointer, SortsTheCorpus) {
  const auto document = corpus::body(R"({"a":{"b":[1]}})");
  const Object object = detail::ObjectAccess::make_object(document, document->text());
  corpus::expect_sorted<ConfigError>("json_pointer",
                                     [&](const std::string& text) { static_cast<void>(object.at(text)); });
}

TEST(Status, ReadsThoseOfTheCorpus) {
  for (const auto& file : corpus::files("status", "ok-")) {
    const ApiError::Info info = read_status(file.content);
    EXPECT_NE(info.message.substr(0, 1), "{") << file.name << ": took the text for the message";
    EXPECT_LE(info.message.size(), 8192U) << file.name;
  }
}

TEST(Status, TakesAnythingElseForTheMessage) {
  for (const auto& file : corpus::files("status", "odd-")) {
    const ApiError::Info info = read_status(file.content);
    EXPECT_TRUE(info.reason.empty()) << file.name;
    EXPECT_LE(info.message.size(), 515U) << file.name;
    EXPECT_TRUE(std::all_of(info.message.begin(), info.message.end(), [](char c) { return c >= ' ' && c < '\x7f'; }))
        << file.name;
  }
}

TEST(Status, CarriesDetails) {
  const ApiError::Info info = read_status(corpus::content("status", "ok-invalid.json"));
  EXPECT_EQ(info.reason, "Invalid");
  EXPECT_EQ(info.details.group, "kplane.dev");
  ASSERT_EQ(info.details.causes.size(), 2U);
  EXPECT_EQ(info.details.causes[0].field, "spec.replicas");
  EXPECT_EQ(read_status(corpus::content("status", "ok-too-many.json")).retry_after, std::chrono::seconds{3});
  EXPECT_EQ(read_status(corpus::content("status", "ok-escapes.json")).reason, "Conflict");
}

TEST(Status, SurvivesDeepNesting) {
  const std::string deep =
      R"({"kind":"Status","reason":"Invalid","details":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(read_status(deep).reason, "Invalid");
  EXPECT_TRUE(read_status(std::string(100'000, '{')).reason.empty());
}

}  // namespace
}  // namespace kplane
