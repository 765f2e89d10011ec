// What the command line writes, without a server.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include <kplane/error.hpp>
#include <kplane/manifest.hpp>

#include "cli/doctor/certificate.hpp"
#include "cli/doctor/openapi_comparison.hpp"
#include "cli/output/age.hpp"
#include "cli/output/json_path.hpp"
#include "cli/output/progress_bar.hpp"
#include "cli/output/shown.hpp"
#include "cli/output/table.hpp"
#include "cli/output/yaml_text.hpp"

namespace kplane::cli {
namespace {

const char document[] = R"({"kind":"List","items":[
  {"metadata":{"name":"a","labels":{"app.kubernetes.io/name":"x"}},"spec":{"replicas":1}},
  {"metadata":{"name":"b"},"spec":{"replicas":3}},
  {"metadata":{"name":"c"}}]})";

std::string path(const std::string& text) { return json_path(text, parse_ordered(document)); }

TEST(JsonPath, ReadsAsKubectlDoes) {
  EXPECT_EQ(path("{.items[*].metadata.name}"), "a b c");
  EXPECT_EQ(path("{.items[0].metadata.name}{.items[-1].metadata.name}"), "ac");
  EXPECT_EQ(path("{.items[1:3].metadata.name}"), "b c");
  EXPECT_EQ(path("{$.kind}: {.items[0].spec}"), R"(List: {"replicas":1})");
  EXPECT_EQ(path("{..replicas}"), "1 3");
  EXPECT_EQ(path("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}"), "x");
  EXPECT_EQ(path("{.items[0]['metadata']['name']}"), "a");
  EXPECT_EQ(path("{.absent.field}"), "");
}

TEST(JsonPath, RangesAndFilters) {
  EXPECT_EQ(path(R"({range .items[*]}{.metadata.name}{"\t"}{.spec.replicas}{"\n"}{end})"), "a\t1\nb\t3\nc\t\n");
  EXPECT_EQ(path(R"({.items[?(@.metadata.name=="b")].spec.replicas})"), "3");
  EXPECT_EQ(path("{.items[?(@.spec.replicas>1)].metadata.name}"), "b");
  EXPECT_EQ(path("{.items[?(@.spec)].metadata.name}"), "a b");
  EXPECT_EQ(path("{range .items[*]}{range .metadata}{.name}{end};{end}"), "a;b;c;");
}

TEST(JsonPath, RefusesWhatItDoesNotUnderstand) {
  for (const char* wrong : {"{.items", "{range .items[*]}", "{end}", "{.items[]}", "{.items[x]}", "{.}x{nonsense}",
                            "{.items[?(@.a==)]}", "{.items[?(@.a]}", "{\"open}", "{.items[1:x]}"})
    EXPECT_THROW(static_cast<void>(path(wrong)), ConfigError) << wrong;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{range .}";
  for (int i = 0; i < 100; ++i) deep += "{end}";
  EXPECT_THROW(static_cast<void>(path(deep)), ConfigError);
}

TEST(YamlText, IsReadBackAsTheSameValue) {
  const char odd[] = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"data":{
    "bool":"true","yes":"yes","number":"1.5","null":"null","empty":"","blank":" a ","colon":"a: b","hash":"a #b",
    "lines":"one\ntwo\n","quote":"say \"x\"","tilde":"~","date":"2026-01-01","dash":"- a","unicode":"ü\u2028\u0085\u009b\u007f",
    "word":"plain","on":"on","y: z":"key"},"list":[[],{},[1,[2,{"a":[{"b":null}]}]],{"x":{"y":[true,1.5,-3]}}]})";
  const Json value = parse_ordered(odd);
  const Manifests read = Manifests::from_yaml(yaml_text(value));
  EXPECT_EQ(nlohmann::json::parse(read[0].json), nlohmann::json::parse(odd)) << yaml_text(value);
}

TEST(JsonText, LeavesNothingThatATerminalActsOn) {
  const std::string text =
      json_text(Json("a\x1b[31m\xc2\x9b\x7f\xe2\x80\xae"
                     "b\xff"));
  EXPECT_EQ(text, "\"a\\u001b[31m\\u009b\\u007f\\u202eb\xef\xbf\xbd\"");
}

TEST(Shown, IsOneHarmlessLine) {
  EXPECT_EQ(shown("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(shown_lines("a\x1b[2J\n\tb\xc2\x9b\n"), Error("a\x1b[2J").what() + std::string("\n\tb\\u009b\n"));
  EXPECT_EQ(shown("\x1b]0;title\x07").find('\x1b'), std::string::npos);
  EXPECT_EQ(shown("äöü", 5), "ä…");
  EXPECT_EQ(shown("abc", 5), "abc");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("the quick brown fox jumps over", 2, 22), "the quick brown fox\n  jumps over");
  EXPECT_EQ(wrapped("the quick brown fox jumps over", 2, 0), "the quick brown fox jumps over");
  const std::string word(40, 'x');
  EXPECT_EQ(wrapped(word + " and " + word, 0, 20), word + "\nand\n" + word);
}

TEST(Table, AlignsByCharactersAndEscapes) {
  Table table({"NAME", "B"});
  std::ostringstream none;
  table.print(none);
  EXPECT_EQ(none.str(), "");
  table.add({"ä", "1"});
  table.add({"longer\x1b", "2"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "NAME           B\nä              1\nlonger\\u001b   2\n");
}

TEST(Age, OfATimeThatNoClockHoldsIsOfTheNextOne) {
  const auto of_clock = std::chrono::system_clock::time_point::max();
  EXPECT_GT(wall_time(253'402'300'799), of_clock - std::chrono::seconds{2}) << "the last second of 9999";
  EXPECT_GT(*parse_time("9999-12-31T23:59:59Z"), of_clock - std::chrono::seconds{2});
  EXPECT_LT(*parse_time("0001-01-01T00:00:00Z"), std::chrono::system_clock::time_point{});
}

TEST(Age, ReadsKubernetesTimes) {
  const auto time = parse_time("2026-05-21T18:05:12.123456Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(time_text(*time), "2026-05-21 18:05:12 UTC");
  for (const char* wrong :
       {"", "2026-05-21", "2026-05-21T18:05:12", "2026-05-21T18:05:12+01:00", "x026-05-21T18:05:12Z"})
    EXPECT_FALSE(parse_time(wrong)) << wrong;
  EXPECT_EQ(age_text(std::chrono::seconds(-4)), "0s");
  EXPECT_EQ(age_text(std::chrono::seconds(119)), "119s");
  EXPECT_EQ(age_text(std::chrono::minutes(119)), "119m");
  EXPECT_EQ(age_text(std::chrono::hours(47)), "47h");
  EXPECT_EQ(age_text(std::chrono::hours(48)), "2d");
}

TEST(ProgressBar, IsSilentWhereItIsNotShown) {
  std::ostringstream out;
  { ProgressBar(out, false, "forking").update(1, 2); }
  EXPECT_EQ(out.str(), "");
  { ProgressBar(out, true, "forking").update(1, 2); }
  EXPECT_NE(out.str().find("forking [###############...............] 1/2"), std::string::npos);
  EXPECT_EQ(out.str().substr(out.str().size() - 4), "\r\x1b[K");
}

TEST(TokenExpiry, IsThatOfAJsonWebToken) {
  // {"exp":1764000000}, for URLs and without padding
  const auto expiry = token_expiry("eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjQwMDAwMDB9.c2ln");
  ASSERT_TRUE(expiry);
  EXPECT_EQ(time_text(*expiry), "2025-11-24 16:00:00 UTC");
  for (const char* none : {"", "opaque", "a.b.c", "..", "a.eyJleHAiOiJ4In0.c", "a.e30.c", "a.W10.c", "a.!!!!.c"})
    EXPECT_FALSE(token_expiry(none)) << none;
}

TEST(OpenApiComparison, SeesOperationsAndSchemasButNoProse) {
  const Json embedded = parse_ordered(R"({"paths":{"/a":{"get":{"summary":"old","responses":{"200":{}}},"put":{}}},
    "components":{"schemas":{"S":{"type":"object","properties":{"description":{"type":"string"}}},"Gone":{}}}})");
  Json served = embedded;
  EXPECT_TRUE(compare_openapi(embedded, served).operations.empty());
  served["paths"]["/a"]["get"]["summary"] = "new";
  EXPECT_TRUE(compare_openapi(embedded, served).operations.empty());
  served["paths"]["/a"]["get"]["responses"]["404"] = Json::object();
  served["paths"]["/a"].erase("put");
  served["paths"]["/b"]["post"] = Json::object();
  served["components"]["schemas"]["S"]["properties"]["description"]["type"] = "integer";
  served["components"]["schemas"].erase("Gone");
  const OpenApiComparison found = compare_openapi(embedded, served);
  EXPECT_EQ(found.operations.changed, std::vector<std::string>{"GET /a"});
  EXPECT_EQ(found.operations.gone, std::vector<std::string>{"PUT /a"});
  EXPECT_EQ(found.operations.added, std::vector<std::string>{"POST /b"});
  EXPECT_EQ(found.schemas.changed, std::vector<std::string>{"S"});
  EXPECT_EQ(found.schemas.gone, std::vector<std::string>{"Gone"});
  EXPECT_EQ(compare_openapi(embedded, parse_ordered("[1]")).operations.gone.size(), 2U);
}

}  // namespace
}  // namespace kplane::cli
