// The on-demand reader: walks, pointers, conversions, and its refusals.
#include "json/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include <kplane/error.hpp>

#include "support/documents.hpp"

namespace kplane::json {
namespace {

using tests::make_document;

TEST(JsonText, RootIsOneValueWithNothingBehindIt) {
  EXPECT_EQ(root(*make_document(" {\"a\":1} \n")).text, "{\"a\":1}");
  EXPECT_EQ(root(*make_document("[1,2]")).kind, Kind::array);
  for (const char* broken : {"", " ", "{", "{\"a\":1", "{}}", "{} {}", "[1,2", "[1 2]", "{\"a\" 1}", "{\"a\":}",
                             "{a:1}", "nothing here", "<html></html>", "{\"a\":\"\n\"}", "\xff{}"}) {
    EXPECT_THROW((void)root(*make_document(broken)), DecodeError) << broken;
  }
}

TEST(JsonText, BodyThatIsNoJsonIsQuotedShortly) {
  try {
    (void)root(*make_document("<html>\n<h1>Bad   Gateway</h1>" + std::string(10'000, 'x')));
    FAIL() << "accepted";
  } catch (const DecodeError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("GET https://host/x"), std::string::npos);
    EXPECT_NE(what.find("<html> <h1>Bad Gateway</h1>"), std::string::npos);
    EXPECT_LT(what.size(), 300U);
  }
}

TEST(JsonText, BrokenJsonIsNotQuoted) {
  try {
    (void)root(*make_document(R"({"password":"hunter2",})"));
    FAIL() << "accepted";
  } catch (const DecodeError& error) {
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
  }
}

TEST(JsonText, FieldsComeInOrderWithUnescapedKeys) {
  const auto document = make_document(R"({"a": {"x":[1]} , "b\u0020c":"d", "e" : null})");
  const auto found = fields(*document, root(*document));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].key, "a");
  EXPECT_EQ(found[0].value.text, R"({"x":[1]})");
  EXPECT_EQ(found[1].key, "b c");
  EXPECT_EQ(found[2].value.kind, Kind::null);
}

TEST(JsonText, ElementsComeInOrder) {
  const auto document = make_document(R"([ 1 , "two", [3], {"four":4}, true ])");
  const auto found = elements(*document, root(*document));
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].text, "1");
  EXPECT_EQ(found[3].text, R"({"four":4})");
  EXPECT_EQ(found[4].kind, Kind::boolean);
}

TEST(JsonText, StringsAreUnescapedOnceAndLiveAsLongAsTheDocument) {
  const auto document = make_document(R"(["a\n\u00e9\ud83d\ude00","plain"])");
  const auto found = elements(*document, root(*document));
  const auto first = as_string(*document, found[0]);
  EXPECT_EQ(first, "a\n\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(as_string(*document, found[0])->data(), first->data());
  EXPECT_EQ(as_string(*document, found[1])->data(), found[1].text.data() + 1) << "no copy without escapes";
}

TEST(JsonText, ConversionsRefuseOtherKindsAndWhatDoesNotFit) {
  const auto document = make_document(R"([1, -5, 2.5, 9223372036854775807, 9223372036854775808, 1e3, "1", true, null,
                                          123456789012345678901234567890])");
  const auto v = elements(*document, root(*document));
  EXPECT_EQ(as_int64(*document, v[0]), 1);
  EXPECT_EQ(as_int64(*document, v[1]), -5);
  EXPECT_EQ(as_int64(*document, v[2]), std::nullopt);
  EXPECT_EQ(as_int64(*document, v[3]), 9223372036854775807);
  EXPECT_EQ(as_int64(*document, v[4]), std::nullopt);
  EXPECT_EQ(as_int64(*document, v[6]), std::nullopt);
  EXPECT_EQ(as_int64(*document, v[9]), std::nullopt);
  EXPECT_EQ(as_double(*document, v[0]), 1.0);
  EXPECT_EQ(as_double(*document, v[2]), 2.5);
  EXPECT_EQ(as_double(*document, v[5]), 1000.0);
  EXPECT_EQ(as_bool(*document, v[7]), true);
  EXPECT_EQ(as_bool(*document, v[0]), std::nullopt);
  EXPECT_EQ(as_string(*document, v[8]), std::nullopt);
}

TEST(JsonText, BrokenScalarsAreFoundWhenTheyAreRead) {
  for (const char* broken :
       {R"({"a":tru})", R"({"a":01})", R"({"a":1.})", R"({"a":-})", R"({"a":"\q"})", R"({"a":"\ud800"})"}) {
    const auto document = make_document(broken);
    const auto read = [&] {
      const auto found = fields(*document, root(*document));
      (void)as_string(*document, found.at(0).value);
      (void)as_int64(*document, found.at(0).value);
      (void)as_double(*document, found.at(0).value);
      (void)as_bool(*document, found.at(0).value);
    };
    EXPECT_THROW(read(), DecodeError) << broken;
  }
}

TEST(JsonPointer, FindsByNameAndIndex) {
  const auto document = make_document(R"({"a":{"b":[10,{"c":"d"}]},"":1,"a/b":2,"m~n":3,"k\"l":4})");
  const std::string_view text = document->text();
  EXPECT_EQ(find(*document, text, "")->text, text);
  EXPECT_EQ(find(*document, text, "/a/b/0")->text, "10");
  EXPECT_EQ(find(*document, text, "/a/b/1/c")->text, "\"d\"");
  EXPECT_EQ(find(*document, text, "/")->text, "1");
  EXPECT_EQ(find(*document, text, "/a~1b")->text, "2");
  EXPECT_EQ(find(*document, text, "/m~0n")->text, "3");
  EXPECT_EQ(find(*document, text, "/k\"l")->text, "4");
}

TEST(JsonPointer, AbsentIsNothing) {
  const auto document = make_document(R"({"a":{"b":[10]},"s":"t"})");
  for (const char* pointer :
       {"/x", "/a/x", "/a/b/1", "/a/b/-", "/a/b/00", "/a/b/x", "/s/0", "/a/b/0/c", "/a/b/99999999999999999999"}) {
    EXPECT_EQ(find(*document, document->text(), pointer), std::nullopt) << pointer;
  }
}

TEST(JsonPointer, MalformedPointerIsTheCallersError) {
  const auto document = make_document(R"({"a":1})");
  for (const char* pointer : {"a", "status/phase", "/a~", "/a~2", "/x/~"}) {
    EXPECT_THROW((void)find(*document, document->text(), pointer), ConfigError) << pointer;
  }
}

TEST(JsonPointer, EscapedKeysAreMatchedUnescaped) {
  const auto document = make_document(R"({"app.kubernetes.io\/name":"web","\u0061":1})");
  EXPECT_EQ(find(*document, document->text(), "/app.kubernetes.io~1name")->text, "\"web\"");
  EXPECT_EQ(find(*document, document->text(), "/a")->text, "1");
}

TEST(JsonPointer, LastOfEqualKeysCountsAtEveryLevel) {
  const auto document = make_document(
      R"({"a":{"b":1},"a":{"b":2,"\u0062":3},"c":{"d":1},"e":[{"f":1,"f":2}],"c":{},"e":[{"f":3},{"f":4,"f":5}]})");
  for (int time = 0; time < 2; ++time) {  // the second time what is known of the text is used
    EXPECT_EQ(find(*document, document->text(), "/a/b")->text, "3");
    EXPECT_EQ(find(*document, document->text(), "/a")->text, R"({"b":2,"\u0062":3})");
    EXPECT_FALSE(find(*document, document->text(), "/c/d")) << "the last c has no d";
    EXPECT_EQ(find(*document, document->text(), "/e/1/f")->text, "5");
  }
}

TEST(JsonPointer, LastOfEqualKeysCountsInAnObjectOfAnySize) {
  for (const int others : {0, 1, 14, 15, 16, 17, 40}) {
    std::string text = R"({"a":1,)";
    for (int i = 0; i < others; ++i) text += "\"k" + std::to_string(i) + "\":{},";
    const auto document = make_document(text + R"("a":2,"b":3})");
    for (int time = 0; time < 2; ++time) {
      EXPECT_EQ(find(*document, document->text(), "/b")->text, "3") << others;
      EXPECT_EQ(find(*document, document->text(), "/a")->text, "2") << others;
    }
  }
}

TEST(JsonText, FieldsHaveTheLastOfEqualKeys) {
  for (const int others : {0, 40}) {
    std::string text = R"({"a":1,"b":2,)";
    for (int i = 0; i < others; ++i) text += "\"k" + std::to_string(i) + "\":{},";
    const auto document = make_document(text + R"("\u0061":null})");
    const std::vector<Field> found = fields(*document, root(*document));
    ASSERT_EQ(found.size(), static_cast<std::size_t>(others) + 2U);
    EXPECT_EQ(found.front().key, "b");
    EXPECT_EQ(found.back().key, "a");
    EXPECT_EQ(found.back().value.text, "null");
  }
}

TEST(JsonText, KeptIndexIsNotTakenForAnotherTextAtTheSameAddress) {
  // Documents of one size come and go at one address; each must be indexed anew.
  for (int i = 0; i < 100; ++i) {
    const std::string digit = std::to_string(i % 10);
    const auto document =
        make_document(i % 2 == 0 ? R"({"a":)" + digit + R"(,"b":0})" : R"({"b":0,"a":)" + digit + "}");
    ASSERT_EQ(find(*document, document->text(), "/a")->text, digit);
  }
}

TEST(JsonText, KeptIndexSurvivesAnErrorInAnotherText) {
  const auto good = make_document(R"({"a":{"b":1}})");
  const auto bad = make_document(R"({"a":{"b")");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(find(*good, good->text(), "/a/b")->text, "1");
    EXPECT_THROW((void)find(*bad, bad->text(), "/a/c"), DecodeError);
    EXPECT_EQ(find(*good, good->text(), "/a/b")->text, "1");
  }
}

TEST(JsonText, DepthDoesNotMatter) {
  const std::size_t depth = 100'000;
  const auto document = make_document(R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + R"(,"b":1})");
  EXPECT_EQ(find(*document, document->text(), "/b")->text, "1");
  EXPECT_EQ(fields(*document, root(*document)).size(), 2U);
  std::string pointer = "/a";
  for (int i = 1; i < 1'000; ++i) pointer += "/0";
  EXPECT_EQ(find(*document, document->text(), pointer)->kind, Kind::array);
  EXPECT_THROW((void)find(*document, document->text(), pointer + "/0"), ConfigError);
}

}  // namespace
}  // namespace kplane::json
