#include "json/content_hash.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/error.hpp>

#include "json/content_diff.hpp"
#include "support/documents.hpp"

namespace kplane::json {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

IgnoredFields ignoring(std::initializer_list<const char*> pointers) {
  IgnoredFields ignored;
  for (const char* pointer : pointers) ignored.add(pointer);
  ignored.finish();
  return ignored;
}

ContentHash hash(std::string_view text, const IgnoredFields& ignored = {}) {
  const auto document = tests::make_document(text);
  return content_hash(*document, document->text(), ignored);
}

std::vector<std::string> differences(std::string_view before, std::string_view after,
                                     const IgnoredFields& ignored = {}) {
  const auto a = tests::make_document(before);
  const auto b = tests::make_document(after);
  auto found = content_diff({*a, a->text()}, {*b, b->text()}, ignored);
  EXPECT_EQ(found.empty(), hash(before, ignored) == hash(after, ignored)) << before << " and " << after;
  return found;
}

TEST(ContentHash, IsTheSameForEveryOrderOfFields) {
  EXPECT_THAT(differences(R"({"a":1,"b":{"c":2,"d":[3]}})", R"({ "b" : {"d":[3],"c":2}, "a":1 })"), IsEmpty());
}

// Digests are stored. Long texts are hashed with the widest instructions that the processor has.
TEST(HashOfBytes, IsTheSameOnEveryMachine) {
  std::string characters;
  for (int i = 0; i < 3000; ++i) characters += static_cast<char>('a' + i % 23);
  const std::string_view text = characters;
  EXPECT_EQ(hash_of_bytes(text.substr(0, 240), 7), (ContentHash{0x19d820afd0dfeb14U, 0x77ac3967cd95425cU}));
  EXPECT_EQ(hash_of_bytes(text.substr(0, 241), 7), (ContentHash{0x8daa5ae9cb790373U, 0xb0e7a9224a61ed3dU}));
  EXPECT_EQ(hash_of_bytes(text.substr(0, 3000), 7), (ContentHash{0x06d516e67f98a196U, 0xfaacc9b3ea841aecU}));
}

TEST(ContentHash, TellsTheOrderOfElements) {
  EXPECT_THAT(differences(R"({"a":[1,2]})", R"({"a":[2,1]})"), ElementsAre("/a/0", "/a/1"));
}

TEST(ContentHash, ReadsEscapes) { EXPECT_THAT(differences(R"({"a\u0062":"\/x"})", R"({"ab":"/x"})"), IsEmpty()); }

TEST(ContentHash, TellsKindsOfValues) {
  const auto all = {R"({"a":1})",    R"({"a":1.0})", R"({"a":"1"})", R"({"a":true})", R"({"a":false})",
                    R"({"a":null})", R"({"a":""})",  R"({"a":[]})",  R"({"a":{}})",   R"({"a":[1]})",
                    R"({})",         R"({"a":-1})",  R"({"b":1})",   R"({"a":[{}]})", R"({"a":18446744073709551615})"};
  for (const auto* a : all) {
    for (const auto* b : all) EXPECT_EQ(differences(a, b).empty(), a == b) << a << " and " << b;
  }
}

TEST(ContentHash, ComparesNumbersByTheirValues) {
  EXPECT_THAT(differences(R"({"a":1e3})", R"({"a":1000.0})"), IsEmpty());
  EXPECT_THAT(differences(R"({"a":-0.0})", R"({"a":0.0})"), IsEmpty());
  EXPECT_THAT(differences(R"({"a":0.1})", R"({"a":0.10000000000000002})"), ElementsAre("/a"));
}

TEST(ContentHash, TakesIntegersBeyond64BitsAsDoubles) {
  EXPECT_THAT(differences(R"({"a":18446744073709551616})", R"({"a":18446744073709551616.0})"), IsEmpty());
  EXPECT_THAT(differences(R"({"a":[18446744073709551616,1]})", R"({"a":[18446744073709551616,2]})"),
              ElementsAre("/a/1"));
}

TEST(ContentHash, CountsTheLastOfEqualKeys) {
  EXPECT_THAT(differences(R"({"a":1,"a":2})", R"({"a":2})"), IsEmpty());
  std::string many = R"({"a0":7)";
  std::string once = "{";
  for (int i = 0; i < 40; ++i) {
    const std::string member = (i == 0 ? "\"a" : ",\"a") + std::to_string(i) + "\":" + std::to_string(i);
    many += (i == 0 ? "," : "") + member;
    once += member;
  }
  EXPECT_THAT(differences(many + "}", once + "}"), IsEmpty());
}

TEST(ContentHash, LeavesOutIgnoredFields) {
  const auto ignored = ignoring({"/metadata/uid", "/status", "/list/*/time"});
  EXPECT_THAT(differences(R"({"metadata":{"uid":"1","name":"a"},"status":{"a":1},"list":[{"time":1,"b":2}]})",
                          R"({"metadata":{"uid":"2","name":"a"},"list":[{"time":2,"b":2}]})", ignored),
              IsEmpty());
  EXPECT_THAT(differences(R"({"metadata":{"uid":"1","name":"a"},"list":[{"time":1,"b":2}]})",
                          R"({"metadata":{"uid":"2","name":"b"},"list":[{"time":2,"b":3}]})", ignored),
              ElementsAre("/list/0/b", "/metadata/name"));
}

TEST(ContentHash, TakesAnObjectOfIgnoredFieldsAlonePresentOrNotForTheSame) {
  const auto ignored = ignoring({"/metadata/labels/cluster"});
  const auto* labelled = R"({"metadata":{"name":"a","labels":{"cluster":"x"}}})";
  EXPECT_THAT(differences(labelled, R"({"metadata":{"name":"a"}})", ignored), IsEmpty());
  EXPECT_THAT(differences(labelled, R"({"metadata":{"name":"a","labels":{}}})", ignored),
              ElementsAre("/metadata/labels"));
  EXPECT_THAT(differences(R"({"a":1})", "{}", ignoring({"/a"})), IsEmpty());
}

TEST(ContentHash, CountsThePresenceOfAFieldWhoseValueIsIgnored) {
  IgnoredFields ignored;
  ignored.add_value("/deleted");
  ignored.finish();
  EXPECT_THAT(differences(R"({"deleted":"1"})", R"({"deleted":"2"})", ignored), IsEmpty());
  EXPECT_THAT(differences(R"({"deleted":"1"})", "{}", ignored), ElementsAre("/deleted"));
}

TEST(ContentHash, LetsAStarMatchWhatIsNamedToo) {
  const auto ignored = ignoring({"/a/*/x", "/a/b/y"});
  EXPECT_THAT(differences(R"({"a":{"b":{"x":1,"y":1},"c":{"x":1,"y":1}}})",
                          R"({"a":{"b":{"x":2,"y":2},"c":{"x":2,"y":2}}})", ignored),
              ElementsAre("/a/c/y"));
}

TEST(ContentDiff, NamesWhatOnlyOneHas) {
  EXPECT_THAT(differences(R"({"a":{"b":1},"l":[1]})", R"({"l":[1,2],"n/m~":{"x":{}}})"),
              ElementsAre("/a", "/l/1", "/n~1m~0"));
}

TEST(ContentHash, RefusesWhatIsNoJson) {
  for (const auto* text : {"", "{", "{]", R"({"a":01})", R"({"a":1}})", "{\"a\":\"\xff\"}", "{\"a\":1e999}", "nul"}) {
    EXPECT_THROW(static_cast<void>(hash(text)), DecodeError) << text;
  }
  const std::string deep(1'100, '[');
  EXPECT_THROW(static_cast<void>(hash(deep + std::string(1'100, ']'))), DecodeError);
}

TEST(IgnoredFields, RefusesWhatNamesNoField) {
  IgnoredFields ignored;
  EXPECT_THROW(ignored.add("metadata"), ConfigError);
  EXPECT_THROW(ignored.add(""), ConfigError);
}

}  // namespace
}  // namespace kplane::json
