// How scalars are typed. The expected values are those of sigs.k8s.io/yaml.
#include "yaml/yaml_scalar.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "yaml/yaml.hpp"

namespace kplane::yaml {
namespace {

struct Typed {
  std::string yaml;
  std::string json;
};

const std::vector<Typed> words{
    // null
    {"", "null"},
    {"~", "null"},
    {"null", "null"},
    {"Null", "null"},
    {"NULL", "null"},
    {"nULL", R"("nULL")"},
    {"nil", R"("nil")"},
    {"none", R"("none")"},
    // booleans of YAML 1.1
    {"true", "true"},
    {"True", "true"},
    {"TRUE", "true"},
    {"tRUE", R"("tRUE")"},
    {"false", "false"},
    {"False", "false"},
    {"FALSE", "false"},
    {"y", "true"},
    {"Y", "true"},
    {"yes", "true"},
    {"Yes", "true"},
    {"YES", "true"},
    {"yES", R"("yES")"},
    {"n", "false"},
    {"N", "false"},
    {"no", "false"},
    {"No", "false"},
    {"NO", "false"},
    {"nO", R"("nO")"},
    {"on", "true"},
    {"On", "true"},
    {"ON", "true"},
    {"oN", R"("oN")"},
    {"off", "false"},
    {"Off", "false"},
    {"OFF", "false"},
    {"oFF", R"("oFF")"},
    {"t", R"("t")"},
    {"yes please", R"("yes please")"},
};

const std::vector<Typed> integers{
    {"0", "0"},
    {"-0", "0"},
    {"+0", "0"},
    {"7", "7"},
    {"+12", "12"},
    {"-12", "-12"},
    {"00", "0"},
    {"0777", "511"},
    {"-017", "-15"},
    {"08", "8"},
    {"0o17", "15"},
    {"0O17", "15"},
    {"-0o17", "-15"},
    {"0o8", R"("0o8")"},
    {"0o", R"("0o")"},
    {"0x1F", "31"},
    {"0X1f", "31"},
    {"-0x1F", "-31"},
    {"+0x1F", "31"},
    {"0x", R"("0x")"},
    {"0xg", R"("0xg")"},
    {"0b101", "5"},
    {"0B101", "5"},
    {"-0b101", "-5"},
    {"0b-101", "-5"},
    {"0b12", R"("0b12")"},
    {"0b", R"("0b")"},
    {"1_000", "1000"},
    {"1__0", "10"},
    {"1_", "1"},
    {"_1", R"("_1")"},
    {"0x_1F", "31"},
    {"9007199254740993", "9007199254740993"},
    {"9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "9223372036854775808"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"18446744073709551615", "18446744073709551615"},
    // beyond 64 bits: decimal ones become doubles, others are text
    {"18446744073709551616", "18446744073709552000"},
    {"-9223372036854775809", "-9223372036854776000"},
    {"+18446744073709551615", "18446744073709552000"},
    {"99999999999999999999999", "1e+23"},
    {"0x1ffffffffffffffff", R"("0x1ffffffffffffffff")"},
    {"-0x1ffffffffffffffff", R"("-0x1ffffffffffffffff")"},
    {"0o7777777777777777777777777", R"("0o7777777777777777777777777")"},
    {"0777777777777777777777777", "7.777777777777778e+23"},
    {"1,000", R"("1,000")"},
    {"--1", R"("--1")"},
    {"+", R"("+")"},
};

const std::vector<Typed> reals{
    {"1.5", "1.5"},
    {"1.0", "1"},
    {"1.10", "1.1"},
    {"-2.50", "-2.5"},
    {"+.5", "0.5"},
    {".5", "0.5"},
    {"5.", "5"},
    {".5_0", "0.5"},
    {"._5", R"("._5")"},
    {".5_", R"(".5_")"},
    {"1_000.5", "1000.5"},
    {"0.0", "0"},
    {"-0.0", "-0"},
    {"1e3", "1000"},
    {"1E+3", "1000"},
    {"12e03", "12000"},
    {"1e-3", "0.001"},
    {"1e-6", "0.000001"},
    {"1e-7", "1e-7"},
    {"1e-10", "1e-10"},
    {"1e20", "100000000000000000000"},
    {"1e21", "1e+21"},
    {"123456789012345680000.0", "123456789012345680000"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"5e-324", "5e-324"},
    {"1e-400", "0"},
    {"-1e-400", "-0"},
    {"1e400", R"("1e400")"},
    {"1e", R"("1e")"},
    {"1e+", R"("1e+")"},
    {".", R"(".")"},
    {".e5", R"(".e5")"},
    {"1.2.3", R"("1.2.3")"},
    {"0x1p-2", R"("0x1p-2")"},
    {"1f", R"("1f")"},
    {"inf", R"("inf")"},
    {"NaN", R"("NaN")"},
};

const std::vector<Typed> texts{
    {"2001-01-01", R"("2001-01-01")"},
    {"2001-12-14T21:59:43.10Z", R"("2001-12-14T21:59:43.10Z")"},
    {"12:30:45", R"("12:30:45")"},
    {"190:20:30", R"("190:20:30")"},
    {"100m", R"("100m")"},
    {"10Gi", R"("10Gi")"},
    {"v1", R"("v1")"},
    {"0.1.2", R"("0.1.2")"},
    {"10.0.0.1", R"("10.0.0.1")"},
    {"1.2.3-rc.4", R"("1.2.3-rc.4")"},
    {"=", R"("=")"},
    {"<<", R"("<<")"},
    {"\"yes\"", R"("yes")"},
    {"'1'", R"("1")"},
    {"\"\"", R"("")"},
    {"''", R"("")"},
    {"'null'", R"("null")"},
    {"\"0x1F\"", R"("0x1F")"},
    {"'it''s'", R"("it's")"},
    {R"("tab\tquote\"slash\/")", R"("tab\tquote\"slash/")"},
    {R"("\x41\u00e9\U0001F600")", "\"A\xc3\xa9\xf0\x9f\x98\x80\""},
    {R"("nul\0")", R"("nul\u0000")"},
    {"|\n  1\n  2\n", R"("1\n2\n")"},
    {"|-\n  true\n", R"("true")"},
    {"|+\n  a\n\n", R"("a\n\n")"},
    {">\n  a\n  b\n", R"("a b\n")"},
};

const std::vector<Typed> tagged{
    {"!!str 5", R"("5")"},
    {"!!str", R"("")"},
    {"!!str yes", R"("yes")"},
    {"!!str ~", R"("~")"},
    {"!!int 5", "5"},
    {"!!int \"5\"", "5"},
    {"!!int '0x10'", "16"},
    {"!!float 3", "3"},
    {"!!float 1.5", "1.5"},
    {"!!bool yes", "true"},
    {"!!bool 'no'", "false"},
    {"!!null ''", "null"},
    {"!!null ~", "null"},
    {"!!timestamp 2001-01-01", R"("2001-01-01")"},
    {"!!binary aGk=", R"("hi")"},
    {"!!binary ''", R"("")"},
    {"!!binary AA==", R"("\u0000")"},
    {"!!binary |\n  aG\n  k=", R"("hi")"},
    {"!custom 5", R"("5")"},
    {"! \"5\"", R"("5")"},
    {"! 5", R"("5")"},
    {"&a ! 5", R"("5")"},
    {"! &a 5", R"("5")"},
    {"&a 5", "5"},
};

void expect_typed(const std::vector<Typed>& table) {
  for (const Typed& each : table) {
    EXPECT_EQ(yaml_to_json("a: " + each.yaml), "{\"a\":" + each.json + "}") << each.yaml;
  }
}

TEST(YamlScalar, WordsAreThoseOfYaml11) { expect_typed(words); }
TEST(YamlScalar, IntegersAreExact) { expect_typed(integers); }
TEST(YamlScalar, RealsAreWrittenAsGoDoes) { expect_typed(reals); }
TEST(YamlScalar, AllElseIsText) { expect_typed(texts); }
TEST(YamlScalar, TagsCount) { expect_typed(tagged); }

TEST(YamlScalar, InAListItIsTheSame) {
  for (const Typed& each : integers) EXPECT_EQ(yaml_to_json("- " + each.yaml), "[" + each.json + "]") << each.yaml;
}

TEST(YamlScalar, WhatIsNotOfItsTagIsRefused) {
  for (const char* yaml : {"!!int x", "!!int 1.5", "!!int yes", "!!float x", "!!float yes", "!!bool 1", "!!bool x",
                           "!!null x", "!!binary '%'", "!!binary gICA", "!!binary aGk"}) {
    EXPECT_THROW(static_cast<void>(yaml_to_json(std::string("a: ") + yaml)), ConfigError) << yaml;
  }
}

TEST(YamlScalar, JsonHasNoInfinity) {
  for (const char* yaml : {".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.INF", ".nan", ".NaN", ".NAN", "!!float .inf"}) {
    EXPECT_THROW(static_cast<void>(yaml_to_json(std::string("a: ") + yaml)), ConfigError) << yaml;
  }
  EXPECT_EQ(yaml_to_json("[.Nan, +.nan]"), R"([".Nan","+.nan"])");
  EXPECT_THROW(static_cast<void>(yaml_to_json("&a .inf: *a")), ConfigError);
  EXPECT_THROW(static_cast<void>(yaml_to_json("{\"a\": 1E400}")), ConfigError);  // text to YAML
}

TEST(YamlScalar, NumbersThatNoDoubleHoldsAreText) {
  EXPECT_EQ(yaml_to_json("0x" + std::string(5'000, 'f')), "\"0x" + std::string(5'000, 'f') + "\"");
  EXPECT_EQ(yaml_to_json(std::string(400, '9')), '"' + std::string(400, '9') + '"');
}

TEST(YamlScalar, KeysBecomeStrings) {
  const std::vector<Typed> keys{
      {"1", "1"},
      {"-5", "-5"},
      {"0x10", "16"},
      {"010", "8"},
      {"true", "true"},
      {"yes", "true"},
      {"y", "true"},
      {"off", "false"},
      {"1.5", "1.5"},
      {"1.0", "1"},
      {"1e3", "1000"},
      {"1e6", "1e+06"},
      {"0.1", "0.1"},
      {"123456.7", "123456.7"},
      {"1234567.5", "1.2345675e+06"},
      {"0.0001", "0.0001"},
      {"0.00001", "1e-05"},
      {".inf", ".inf"},
      {"-.Inf", "-.inf"},
      {".NaN", ".nan"},
      {"1e300", ".inf"},
      {"-1e300", "-.inf"},
      {"-0.0", "-0"},
      {"1e-50", "0"},
      {"2001-01-01", "2001-01-01"},
      {"\"1\"", "1"},
      {"'yes'", "yes"},
      {"'<<'", "<<"},
      {"\"\"", ""},
      {"!!str 1.0", "1.0"},
      {"'~'", "~"},
  };
  for (const Typed& each : keys)
    EXPECT_EQ(yaml_to_json(each.yaml + ": x"), "{\"" + each.json + "\":\"x\"}") << each.yaml;
}

}  // namespace
}  // namespace kplane::yaml
