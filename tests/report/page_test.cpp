#include "cli/report/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/assets.hpp"
#include "cli/report/json_writer.hpp"
#include "report/recordings.hpp"

namespace kplane::cli::reporting {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string json_of(std::string_view text) {
  JsonWriter writer;
  writer.string(text);
  return writer.take();
}

TEST(JsonWriter, WritesNothingThatHtmlCouldTakeForMarkup) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& text :
       {all, std::string("</script><!--<script>]]>&lt;"), std::string("\xe2\x80\xa8\xe2\x80\xa9é😀")}) {
    for (const char c : json_of(text)) {
      EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
      EXPECT_EQ(std::string("<>&").find(c), std::string::npos) << c;
    }
  }
}

TEST(JsonWriter, WritesWhatIsReadBackAsItWas) {
  for (const std::string& text : {std::string("</script>\"\\\b\f\n\r\t/ \x01\x7f"), std::string("\xe2\x80\xa8é😀"),
                                  std::string("a\0b", 3), std::string()}) {
    EXPECT_EQ(Json::parse(json_of(text)), text);
  }
  EXPECT_EQ(Json::parse(json_of("a\xff\xc3")), "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(JsonWriter, WritesNumbersOfFiveDigits) {
  JsonWriter writer;
  writer.begin_array();
  for (const double number : {0.0, 1.0, -0.123456789, 123456789.0, 1e300, 1.0 / 0.0}) writer.number(number);
  writer.integer(INT64_MIN);
  writer.end_array();
  EXPECT_EQ(writer.take(), "[0,1,-0.12346,1.2346e+08,1e+300,null,-9223372036854775808]");
}

TEST(HtmlText, IsTextInElementsAndAttributes) {
  EXPECT_EQ(html_text(R"(<a href="x" id='y'>&amp;)"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
}

/// What stands between two texts, the first time.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string sha256_source(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 64> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), 32);
  return "sha256-" + std::string(reinterpret_cast<const char*>(base64.data()));
}

constexpr const char* kMarkup = "</script></title><img src=x onerror=alert(1)><!--{{data}}";

/// Markup wherever a recording has text.
rl::Recording record_markup(const rl::RecordingDirectory& directory) {
  const std::string quoted = Json(kMarkup).dump();
  std::vector<rl::Step> steps;
  for (int i = 0; i < 2; ++i) {
    rl::Step step = step_of(0, i, kMarkup, i);
    step.action = quoted;
    step.info = R"({"elapsed_ms":1,"error":{"kind":)" + quoted + R"(,"message":)" + quoted + "}}";
    step.state = Snapshot::from_json(
        R"({"cluster":"a","snapshotTime":"2026-05-21T18:05:12Z","liveResources":1,"resources":[{"group":)" + quoted +
        R"(,"resource":)" + quoted + R"(,"synced":true,"itemCount":1,"items":[{"metadata":{"name":)" + quoted +
        R"(,"namespace":)" + quoted + R"(,"annotations":{)" + quoted + ":" +
        Json(std::string(kMarkup) + std::to_string(i)).dump() + "}}}]}]}");
    steps.push_back(step);
  }
  rl::RecorderOptions options = rl::with_little_memory();
  options.server_version = kMarkup;
  options.info = quoted;
  return record(directory.path(), steps, options);
}

TEST(Page, NeverHoldsRecordedTextAsMarkup) {
  const rl::RecordingDirectory directory;
  ReportOptions options;
  options.title = kMarkup;
  options.labels = {kMarkup};
  const Report report = report_on({record_markup(directory)}, options);
  const std::string html = page(report);
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_EQ(count_of(html, "<script"), 2U);
  EXPECT_EQ(count_of(html, "</script"), 2U);
  EXPECT_EQ(count_of(html, "</title"), 1U);
  EXPECT_EQ(between(html, "<title>", "</title>"), html_text(kMarkup));
}

TEST(Page, HoldsAllRecordedTextAsData) {
  const rl::RecordingDirectory directory;
  const std::string html = page(report_on({record_markup(directory)}));
  const Json data = Json::parse(between(html, R"(id="data">)", "</script>"));
  EXPECT_EQ(data["errors"][0]["kind"], kMarkup);
  EXPECT_EQ(data["errors"][0]["example"], kMarkup);
  EXPECT_EQ(data["heat"]["rows"][0]["plane"], kMarkup);
  EXPECT_EQ(data["recordings"][0]["server"], kMarkup);
  const Json& change = data["timelines"][0]["steps"][1]["changes"][0];
  EXPECT_EQ(change["name"], std::string(kMarkup) + '/' + kMarkup);
  EXPECT_EQ(change["fields"][0][2], Json(std::string(kMarkup) + '1').dump());
}

TEST(Page, AdmitsOnlyItsOwnScriptAndStyleAndNoNetwork) {
  const rl::RecordingDirectory directory;
  const std::string html = page(report_on({record(directory.path(), {})}));
  const std::string policy = between(html, R"(Content-Security-Policy" content=")", "\"");
  EXPECT_THAT(policy, ::testing::StartsWith("default-src &#39;none&#39;; "));
  EXPECT_THAT(policy, HasSubstr("script-src &#39;" + sha256_source(between(html, "<script>", "</script>")) + "&#39;;"));
  EXPECT_THAT(policy, HasSubstr("style-src &#39;" + sha256_source(between(html, "<style>", "</style>")) + "&#39;;"));
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for &#39;script&#39;"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  // Before anything that it is to govern.
  EXPECT_LT(html.find("Content-Security-Policy"),
            std::min({html.find("<style"), html.find("<script"), html.find("<title")}));
}

TEST(Page, LoadsNothing) {
  const rl::RecordingDirectory directory;
  std::string html = page(report_on({record(directory.path(), {})}));
  const std::string name = "http://www.w3.org/2000/svg";  // a name, not an address
  html.erase(html.find(name), name.size());
  for (const char* text : {"://", "url(", "@import", "src=", "<link", "<iframe", "fetch(", "import("}) {
    EXPECT_THAT(html, Not(HasSubstr(text)));
  }
}

TEST(Page, MakesNoMarkupOfText) {
  for (const char* text :
       {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "DOMParser", "eval(", "Function("}) {
    EXPECT_THAT(page_script(), Not(HasSubstr(text)));
  }
}

TEST(Page, ShowsNoCharactersThatDeceive) {
  const rl::RecordingDirectory directory;
  rl::Step step = step_of(0, 0, "a");
  step.action = "\"\xe2\x80\xae cilbup si siht\"";
  const Json numbers = numbers_of({record(directory.path(), {step})});
  EXPECT_EQ(numbers["timelines"][0]["steps"][0]["action"], "\"\\u202e cilbup si siht\"");
}

}  // namespace
}  // namespace kplane::cli::reporting
