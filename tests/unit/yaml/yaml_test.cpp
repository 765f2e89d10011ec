// YAML to JSON: documents, keys, anchors, and the bounds.
#include "yaml/yaml.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "yaml/tree_builder.hpp"

namespace kplane::yaml {
namespace {

using Documents = std::vector<std::pair<std::size_t, std::string>>;

Documents documents(std::string_view text) {
  Documents found;
  read_documents(text, [&](std::size_t number, const TreeNode& root) { found.emplace_back(number, to_json(root)); });
  return found;
}

struct Broken {
  std::string yaml;
  std::size_t document;
  std::size_t line;  // both from 0
  std::size_t column;
};

void expect_broken_at(const Broken& broken) {
  try {
    documents(broken.yaml);
    ADD_FAILURE() << "took " << broken.yaml;
  } catch (const DocumentError& error) {
    EXPECT_EQ(error.document(), broken.document) << broken.yaml << ": " << error.what();
    EXPECT_EQ(error.position().line, broken.line) << broken.yaml << ": " << error.what();
    EXPECT_EQ(error.position().column, broken.column) << broken.yaml << ": " << error.what();
  }
}

std::string why(std::string_view text) {
  try {
    documents(text);
  } catch (const DocumentError& error) {
    return error.what();
  }
  return "nothing is wrong";
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Yaml, KeepsOrderAndTypes) {
  EXPECT_EQ(yaml_to_json("b: 1\na: [true, null, 2.5, x, \"1\", 'true', 12345678901]\nc: {d: ~}\n"),
            R"({"b":1,"a":[true,null,2.5,"x","1","true",12345678901],"c":{"d":null}})");
}

TEST(Yaml, BlockScalarsAreStrings) { EXPECT_EQ(yaml_to_json("a: |\n  1\n"), R"({"a":"1\n"})"); }

TEST(Yaml, BrokenTextIsAConfigError) {
  EXPECT_THROW((void)yaml_to_json("a: [1"), ConfigError);
  EXPECT_THROW((void)yaml_to_json("\"\\xff"), ConfigError);
}

TEST(Yaml, BottomlessTextIsRefused) {
  EXPECT_THROW((void)yaml_to_json(std::string(1'000, '[') + std::string(1'000, ']')), ConfigError);
}

TEST(Yaml, DocumentsAreCountedAndEmptyOnesSkipped) {
  EXPECT_EQ(documents("a: 1\n---\nb: 2\n"), (Documents{{1, R"({"a":1})"}, {2, R"({"b":2})"}}));
  EXPECT_EQ(documents("---\n---\na: 1\n---\n"), (Documents{{2, R"({"a":1})"}}));
  EXPECT_EQ(documents("---\n# nothing\n---\na: 1\n"), (Documents{{2, R"({"a":1})"}}));
  EXPECT_EQ(documents("# first\n\n---\na: 1\n"), (Documents{{1, R"({"a":1})"}}));
  EXPECT_EQ(documents("a: 1\n...\nb: 2\n...\n"), (Documents{{1, R"({"a":1})"}, {2, R"({"b":2})"}}));
  EXPECT_EQ(documents("--- {a: 1}\n--- # comment\nb: 2\n"), (Documents{{1, R"({"a":1})"}, {2, R"({"b":2})"}}));
  EXPECT_EQ(documents("%YAML 1.1\n---\na: yes\n"), (Documents{{1, R"({"a":true})"}}));
  EXPECT_EQ(documents("a: 1\n--- \t\nb: 2\n"), (Documents{{1, R"({"a":1})"}, {2, R"({"b":2})"}}));
  EXPECT_EQ(documents("a: ---\nb: '---'\n"), (Documents{{1, R"({"a":"---","b":"---"})"}}));
  EXPECT_EQ(documents("a: |\n  ---\n  b\n"), (Documents{{1, R"({"a":"---\nb\n"})"}}));
}

TEST(Yaml, NothingIsNoDocument) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "---\n---\n", "...\n", "  \t\n", "\xef\xbb\xbf",
                           "--- ~\n", "null"}) {
    EXPECT_TRUE(documents(text).empty()) << text;
  }
}

TEST(Yaml, WindowsTextIsTheSame) {
  EXPECT_EQ(documents("\xef\xbb\xbf"
                      "a: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: 'q'\r\n"),
            (Documents{{1, R"({"a":1,"b":"x\ny\n"})"}, {2, R"({"c":"q"})"}}));
}

TEST(Yaml, JsonIsYaml) {
  EXPECT_EQ(documents("{\"a\": 1}\n---\n{\"b\":[1,\t2]}\n"), (Documents{{1, R"({"a":1})"}, {2, R"({"b":[1,2]})"}}));
  EXPECT_EQ(documents("{a: b}"), (Documents{{1, R"({"a":"b"})"}}));
  EXPECT_EQ(documents("[1, {\"on\": \"on\"}]"), (Documents{{1, R"([1,{"on":"on"}])"}}));
}

TEST(Yaml, JsonIsTakenAsItIs) {
  EXPECT_EQ(yaml_to_json(R"({"a":"\ud83d\ude00\/","b":1.0,"c":123456789012345678901234567890,"d":"yes"})"),
            "{\"a\":\"\xf0\x9f\x98\x80/\",\"b\":1.0,\"c\":123456789012345678901234567890,\"d\":\"yes\"}");
  EXPECT_EQ(yaml_to_json("{\n\t\"" + std::string(5'000, 'k') + "\": null\n}"),
            "{\"" + std::string(5'000, 'k') + "\":null}");
  EXPECT_EQ(yaml_to_json(R"({"<<":{"a":1},"b":[],"c":{},"d":[true,false,-1]})"),
            R"({"<<":{"a":1},"b":[],"c":{},"d":[true,false,-1]})");
}

TEST(Yaml, AnchorsStandForWhatTheyName) {
  EXPECT_EQ(yaml_to_json("a: &x {b: [1, &y 2]}\nc: *x\nd: *y\n"), R"({"a":{"b":[1,2]},"c":{"b":[1,2]},"d":2})");
  EXPECT_EQ(yaml_to_json("a: &x 1\nb: &x 2\nc: *x\n"), R"({"a":1,"b":2,"c":2})");
  EXPECT_EQ(yaml_to_json("a: &x\nb: *x\n"), R"({"a":null,"b":null})");
  EXPECT_EQ(yaml_to_json("&k a: 1\nb: *k\nc:\n  *k : 3\n"), R"({"a":1,"b":"a","c":{"a":3}})");
}

// As kubectl does, although YAML has the map's own keys count wherever they stand.
TEST(Yaml, MergesWhereTheKeyStands) {
  EXPECT_EQ(yaml_to_json("a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\n"), R"({"a":{"x":1,"z":2},"b":{"x":1,"z":3}})");
  EXPECT_EQ(yaml_to_json("a: &a {x: 1, z: 2}\nb:\n  z: 3\n  <<: *a\n"), R"({"a":{"x":1,"z":2},"b":{"z":2,"x":1}})");
  EXPECT_EQ(yaml_to_json("a: {<<: [{x: 1}, {x: 2, z: 3}], w: 4}\n"), R"({"a":{"x":1,"z":3,"w":4}})");
  EXPECT_EQ(yaml_to_json("a: {<<: {<<: {x: 1}, z: 2}}\n"), R"({"a":{"x":1,"z":2}})");
  EXPECT_EQ(yaml_to_json("a: {<<: {x: 1}, <<: {x: 2, z: 3}}\n"), R"({"a":{"x":2,"z":3}})");
  EXPECT_EQ(yaml_to_json("a: &a {x: 1}\nb: {<<: [*a, {x: 2}]}\n"), R"({"a":{"x":1},"b":{"x":1}})");
  EXPECT_EQ(yaml_to_json("a: {'<<': {x: 1}}\n"), R"({"a":{"<<":{"x":1}}})");
  EXPECT_EQ(yaml_to_json("a: [<<]\n"), R"({"a":["<<"]})");
}

TEST(Yaml, OfSeveralValuesOfAKeyTheLastCounts) {
  EXPECT_EQ(yaml_to_json("a: 1\nb: 2\na: 3\n"), R"({"a":3,"b":2})");
  EXPECT_EQ(yaml_to_json("a: {x: 1}\na: {z: 2}\n"), R"({"a":{"z":2}})");
  EXPECT_EQ(yaml_to_json("1: a\n'1': b\n"), R"({"1":"b"})");
  EXPECT_EQ(yaml_to_json(R"({"a": 1, "b": {"c": 1, "c": 2}, "a": 3})"), R"({"a":3,"b":{"c":2}})");
}

TEST(Yaml, LosesNoLineBreak) {
  EXPECT_EQ(yaml_to_json("k: 'x\n\n\n    '\n"), R"({"k":"x\n\n"})");
  EXPECT_EQ(yaml_to_json("k: \"x\n\n\n    \"\n"), R"({"k":"x\n\n"})");
  EXPECT_EQ(yaml_to_json("k: 'x\n\n\n  y'\n"), R"({"k":"x\n\ny"})");
  EXPECT_EQ(yaml_to_json("k: >+\n  x\n\n"), R"({"k":"x\n\n"})");
  EXPECT_EQ(yaml_to_json("k: |+\n  x\n\n  \n"), R"({"k":"x\n\n\n"})");
  EXPECT_EQ(yaml_to_json("k: >\n  x\n\n\n  y\n"), R"({"k":"x\n\ny\n"})");
}

TEST(Yaml, ALastLineEndsInAFileOfManifests) {
  EXPECT_EQ(documents("a: |\n  x"), (Documents{{1, R"({"a":"x\n"})"}}));
  EXPECT_EQ(documents("a: |\n  x\n---\nb: >+\n  y\n"), (Documents{{1, R"({"a":"x\n"})"}, {2, R"({"b":"y\n"})"}}));
  EXPECT_EQ(documents("a: 'x'"), (Documents{{1, R"({"a":"x"})"}}));
  EXPECT_EQ(yaml_to_json("a: |\n  x"), R"({"a":"x"})");
}

TEST(Yaml, RefusesWhatIsNoYaml) {
  for (const char* text : {"a: 1\nb\n", "a: 1\nb\nc: 2\n", "a: |\n    x\n  y\n", "a: [a,,b]\n", "a: [,]\n", "a: {,}\n",
                           "a: |\n  x\n%directive\n", "%directive\n", "a: 1\n%YAML 1.1\n---\nb: 2\n", "a: 'x' y\n",
                           "a: b\n\xef\xbb\xbf  c: d\n", "a: 1\n...\n%YAML 1.1\n"}) {
    EXPECT_NE(why(text), "nothing is wrong") << text;
  }
}

TEST(Yaml, FilesThatWerePutTogetherAreDocuments) {
  const Documents two{{1, R"({"a":1})"}, {2, R"({"b":2})"}};
  EXPECT_EQ(documents("a: 1\n---\n\xef\xbb\xbf"
                      "b: 2\n"),
            two);
  EXPECT_EQ(documents("\xef\xbb\xbf"
                      "a: 1\n\xef\xbb\xbf---\nb: 2\n"),
            two);
  EXPECT_EQ(documents("\xef\xbb\xbf\xef\xbb\xbf"
                      "a: 1\n--- # b\nb: 2\n"),
            two);
  EXPECT_EQ(documents("a: 1\n---# b\nb: 2\n"), two);
}

TEST(Yaml, JsonObjectsMayFollowEachOther) {
  const Documents two{{1, R"({"a":1})"}, {2, R"({"b":2})"}};
  EXPECT_EQ(documents("{\"a\":1}{\"b\":2}"), two);
  EXPECT_EQ(documents("{\"a\":1}\n\n{\n\"b\":2\n}\n"), two);
  EXPECT_EQ(documents("{\"a\":1}\nb: 2\n"), two);
  EXPECT_EQ(documents("{\"a\":1}\n{b: 2}\n"), two);
  EXPECT_EQ(documents("{\"a\":1}\n---\n{\"b\":2}{\"c\":3}\n# end\n"),
            (Documents{{1, R"({"a":1})"}, {2, R"({"b":2})"}, {3, R"({"c":3})"}}));
}

TEST(Yaml, TakesWhatKubectlTakesAndLibyamlDoesNot) {
  EXPECT_EQ(yaml_to_json("[2001:db8::, a:]\n"), R"(["2001:db8::","a:"])");
  EXPECT_EQ(yaml_to_json("a: [1.2.3.4, 001:db8::]\nb: {c: d:}\n"), R"({"a":["1.2.3.4","001:db8::"],"b":{"c":"d:"}})");
  EXPECT_EQ(yaml_to_json("a: \"it\\'s\"\nb: \"\\'\\'\"\nc: '\\'\n"), R"({"a":"it's","b":"''","c":"\\"})");
  EXPECT_EQ(yaml_to_json("a: [\"\\'\", b:, \"\\'\"]\n"), R"({"a":["'","b:","'"]})");
  expect_broken_at({"a: [b:, c:, \"\\'\"]\nd: \"\\'\\q\"\n", 1, 1, 6});
  expect_broken_at({"a: [\"\\'\", b:]\n---\n- [c:, *d]\n", 2, 2, 7});
  expect_broken_at({"a: [b:[c]]\n", 1, 0, 6});
}

TEST(Yaml, MayBeUtf16) {
  const auto utf16 = [](const std::u16string& text, bool is_big_endian) {
    std::string bytes;
    for (const char16_t unit : u"\ufeff" + text) {
      const char low = static_cast<char>(unit & 0xff);
      const char high = static_cast<char>(unit >> 8);
      bytes += is_big_endian ? std::string{high, low} : std::string{low, high};
    }
    return bytes;
  };
  for (const bool is_big_endian : {false, true}) {
    EXPECT_EQ(documents(utf16(u"a: \u00e9\u65e5\U0001f600\r\n---\r\nb: 1", is_big_endian)),
              (Documents{{1, "{\"a\":\"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\"}"}, {2, R"({"b":1})"}}));
    EXPECT_EQ(yaml_to_json(utf16(u"{\"a\": 1}", is_big_endian)), R"({"a":1})");
    std::u16string surrogate = u"a: b\nc: x";
    for (const char16_t unit : {char16_t{0xd800}, char16_t{0xdc00}}) {
      surrogate.back() = unit;
      expect_broken_at({utf16(surrogate, is_big_endian), 1, 1, 3});
    }
    expect_broken_at({utf16(u"a: b", is_big_endian) + 'c', 1, 0, 4});
  }
}

TEST(Yaml, TheFirstDocumentStandsAlone) {
  const auto first = [](std::string_view text) {
    const TreePtr root = read_first_document(text);
    return root ? to_json(*root) : "nothing";
  };
  EXPECT_EQ(first("a: 1\n---\nb: 2\n"), R"({"a":1})");
  EXPECT_EQ(first("# c\n---\na: 1\na: 2\n...\n: [ \"\n"), R"({"a":2})");
  EXPECT_EQ(first("{a: 1} {b: 2}\n"), R"({"a":1})");
  EXPECT_EQ(first("{\"a\": 1}{\"b\": 2}\n"), R"({"a":1})");
  EXPECT_EQ(first("---\n---\na: 1\n"), "nothing");
  EXPECT_EQ(first("~\n"), "nothing");
  EXPECT_EQ(first(""), "nothing");
  EXPECT_THROW((void)first("a: [\n"), DocumentError);
}

TEST(Yaml, SaysWhereTextIsBroken) {
  const std::vector<Broken> all{
      {"a: {<<: 1}\n", 1, 0, 8},  // not a map
      {"a: {<<: [1]}\n", 1, 0, 8},
      {"a: {<<: [{}, 1]}\n", 1, 0, 8},
      {"a: &a [{x: 1}]\nb: {<<: *a}\n", 1, 1, 8},
      {"? [a]\n: b\n", 1, 0, 2},  // not a key
      {"{a: b}: c\n", 1, 0, 0},
      {"~: a\n", 1, 0, 0},
      {"a: b\n: c\n", 1, 1, 0},
      {"a: .nan\n", 1, 0, 3},  // not JSON
      {"a: !!int x\n", 1, 0, 3},
      {"a: &x [*x]\n", 1, 0, 7},  // not an alias
      {"a: *y\n", 1, 0, 3},
      {"a: 1\n---\nb: [1\n", 2, 3, 0},  // not YAML
      {"a: 1\n---\nb: \"\\q\"\n", 2, 2, 4},
      {"a: \xc3\xa9 \xf0\x9f\x98\x80: x\n", 1, 0, 10},  // in bytes
      {"a:\n\t- 1\n", 1, 1, 0},
      {"a: 1: 2\n", 1, 0, 4},
      {"\"a\" \"b\"\n", 1, 0, 4},  // two values
      {"{a: 1} {b: 2}\n", 1, 0, 7},
      {"{\"a\": 1}\n{\"b\": 2}{\"c\": [}", 3, 1, 15},
      {"--- a\n---\n\"b\" \"c\"\n", 2, 2, 4},
      {"a\n...\n]\n", 2, 2, 0},
      {std::string("a: b\nc: \0d", 10), 1, 1, 3},  // not text
      {"a: 1\n---\nb: \xff\n", 2, 2, 3},
      {"a: \x01\n", 1, 0, 3},
      {"# \xc3\n", 1, 0, 2},
      {"a: \xed\xa0\x80\n", 1, 0, 3},
      {"a: \xc0\x80\n", 1, 0, 3},
      {"a: \xf4\x90\x80\x80\n", 1, 0, 3},
      {"\xff\xfe"
       "a",
       1, 0, 0},
  };
  for (const Broken& broken : all) expect_broken_at(broken);
}

TEST(Yaml, QuotesNothing) {
  for (const char* text : {"a: \"hunter2 \\q\"", "a: 'hunter2", "hunter2 : x: hunter2", "a: &hunter2 [*hunter3]",
                           "a: !!int hunter2", "a: [hunter2", "a: *hunter2", "a: \"\\ud800hunter2\"",
                           "%YAML hunter2\n---\na", "%YAML 9.9hunter2\n---\na", "a: hunter2 hunter2: b"}) {
    EXPECT_EQ(why(text).find("hunter"), std::string::npos) << text << ": " << why(text);
    EXPECT_NE(why(text), "nothing is wrong") << text;
  }
}

TEST(Yaml, AliasesMustNotMultiply) {
  std::string laughs = "a0: &a0 [" + repeated("lol,", 10) + "]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1) + " ,";
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before, 10) + "]\n";
  }
  EXPECT_NE(why(laughs).find("expand to too much"), std::string::npos) << why(laughs);
  // One document after the other, each of which would be small enough.
  const std::string one = "---\na: &a " + std::string(10'000, 'x') + "\nb: [" + repeated("*a ,", 100) + "]\n";
  EXPECT_EQ(documents(one).size(), 1U);
  EXPECT_NE(why(repeated(one, 6)).find("expand to too much"), std::string::npos);
}

TEST(Yaml, AliasesAsKeysMustNotMultiply) {
  const std::string key = "a: &a " + std::string(100'000, 'x') + "\n";
  EXPECT_EQ(documents(key + "b: {*a : 1, *a : 2}\n").size(), 1U);
  EXPECT_NE(why(key + "b:\n" + repeated("- *a : 1\n", 1'000)).find("expand to too much"), std::string::npos);
  EXPECT_NE(why(key + "b: {" + repeated("*a : 1,", 1'000) + "}\n").find("expand to too much"), std::string::npos);
}

TEST(Yaml, MergesMustNotMultiply) {
  std::string map = "a: &a {";
  for (int i = 0; i < 10'000; ++i) map += "k" + std::to_string(i) + ": 1, ";
  EXPECT_NE(why(map + "}\nb: {<<: [" + repeated("*a ,", 10'000) + "]}\n").find("expand to too much"),
            std::string::npos);
}

TEST(Yaml, AliasesMustNotNestWithoutBound) {
  std::string chain = "- &a0 [x]\n";
  for (int i = 1; i < 5'000; ++i) chain += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + " ]\n";
  EXPECT_NE(why(chain), "nothing is wrong");
}

TEST(Yaml, NestsTwoHundredDeep) {
  for (const char* bracket : {"[]", "{}"}) {
    const std::string open(1, bracket[0]);
    const std::string inner = open == "[" ? open : open + "a: ";
    const std::string close(1, bracket[1]);
    EXPECT_EQ(documents(repeated(inner, 199) + bracket + repeated(close, 199)).size(), 1U);
    EXPECT_NE(why(repeated(inner, 200) + bracket + repeated(close, 200)).find("deep"), std::string::npos);
  }
  EXPECT_NE(why(repeated("- ", 100'000)).find("deep"), std::string::npos);
  EXPECT_NE(why(repeated("? ", 100'000)), "nothing is wrong");
}

TEST(Yaml, SizeIsBounded) {
  EXPECT_NE(why(std::string(most_yaml_bytes + 1, ' ')).find("32 MiB"), std::string::npos);
  EXPECT_NE(why(repeated("%TAG !a! b\n", 1'000) + "---\na: 1\n").find("directives"), std::string::npos);
  EXPECT_NE(why(repeated("%TAG !a! b\n# c\n\n", 1'000) + "---\na: 1\n").find("directives"), std::string::npos);
}

// What the parser hands on of two million values takes a minute under the sanitizers.
TEST(Yaml, NumberOfValuesIsBounded) {
  TreeBuilder builder(0);
  const auto value = std::make_shared<const TreeNode>();
  for (std::size_t i = 0; i < TreeBuilder::most_values; ++i) builder.add(value);
  EXPECT_THROW(builder.add(value), DocumentError);
}

}  // namespace
}  // namespace kplane::yaml
