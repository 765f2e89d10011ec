// State bodies: which are accepted, and what the accepted ones mean.
#include "corpus.hpp"

#include <string>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "codec/state.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane {
namespace {

Snapshot decode(std::string_view text) { return codec::decode_state(corpus::body(text), std::nullopt); }

Snapshot decode_file(const std::string& name) { return decode(corpus::content("state", name)); }

/// A state body with one item.
std::string with_item(const std::string& item) {
  return R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z","liveResources":1,"resources":[{"group":"","resource":"pods",)"
         R"("synced":true,"itemCount":1,"items":[)" +
         item + "]}]}";
}

Object only_item(const Snapshot& snapshot) { return snapshot.resources.at(0).items.at(0); }

TEST(State, SortsTheCorpus) {
  corpus::expect_sorted<DecodeError>("state", [](const std::string& text) { static_cast<void>(decode(text)); });
}

TEST(State, RefusesEveryOtherTypeInEachField) {
  const std::string head = R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z",)";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"({"cluster":@,"snapshotTime":"2026-03-04T05:06:07Z","resources":[]})", {R"("x")"}},
      {R"({"cluster":"c","snapshotTime":@,"resources":[]})", {}},
      {head + R"("liveResources":@,"resources":[]})", {"5", "null"}},
      {head + R"("resources":@})", {"[]", "null"}},
      {head + R"("resources":[@]})", {}},
      {head + R"("resources":[{"group":@,"resource":"pods"}]})", {R"("x")", "null"}},
      {head + R"("resources":[{"resource":@}]})", {R"("x")"}},
      {head + R"("resources":[{"resource":"pods","synced":@}]})", {"true", "null"}},
      {head + R"("resources":[{"resource":"pods","itemCount":@}]})", {"0", "null"}},
      {head + R"("resources":[{"resource":"pods","items":@}]})", {"[]", "null"}},
      {head + R"("resources":[{"resource":"pods","items":[@]}]})", {"{}"}},
  };
  for (const auto& [body, accepted] : cases) {
    for (const std::string& value : corpus::all_but(accepted))
      EXPECT_THROW(decode(corpus::with(body, value)), DecodeError) << body << value;
    for (const std::string& value : accepted) EXPECT_NO_THROW(decode(corpus::with(body, value))) << body << value;
  }
}

TEST(State, IsRefusedWhereverItIsCut) {
  std::string whole = corpus::content("state", "ok-two-types.json");
  whole.pop_back();  // the newline, without which it is whole
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(decode(std::string_view(whole).substr(0, size)), DecodeError) << size;
  }
}

TEST(State, ReadsItsQuirks) {
  EXPECT_TRUE(decode_file("ok-resources-null.json").resources.empty());
  EXPECT_FALSE(decode_file("ok-empty-unsynced.json").resources.at(0).synced);
  EXPECT_EQ(decode_file("ok-escaped-values.json").cluster, "otter");
  EXPECT_EQ(decode_file("ok-time-with-offset.json").snapshot_time,
            decode_file("ok-resources-empty.json").snapshot_time - std::chrono::minutes{330});
  const Snapshot events = decode_file("ok-events-in-two-groups.json");
  EXPECT_EQ(events.by_resource("events")->items.at(0).name(), "old");
  EXPECT_EQ(events.by_resource("events", "events.k8s.io")->items.at(0).name(), "new");
}

TEST(State, FindsItsItemsBetweenFieldsItDoesNotKnow) {
  EXPECT_EQ(only_item(decode_file("ok-unknown-fields-around-items.json")).raw(), R"({"metadata":{"name":"a"}})");
}

TEST(State, ReadsObjectsOfEitherLayout) {
  const Object item = only_item(decode_file("ok-internal-layout.json"));
  EXPECT_EQ(item.name(), "web");
  EXPECT_EQ(item.ns(), "shop");
  EXPECT_EQ(item.uid(), "u-1");
  EXPECT_EQ(item.get<std::int64_t>("/Spec/Replicas"), 3);
  EXPECT_EQ(only_item(decode_file("ok-escaped-keys.json")).name(), "p");
}

TEST(State, UnescapesAsJsonDoes) {
  const Object item = only_item(decode_file("ok-escaped-values.json"));
  EXPECT_EQ(item.name(), "a\"b\\c/d\b\f\n\r\t\xc3\xa9\xf0\x9f\x9a\x80");
  EXPECT_EQ(item.ns(), std::string_view("\0", 1));
  EXPECT_EQ(item.get<std::string>("/data/quote"), "\"");
}

TEST(State, ReadsTheLastOfRepeatedFieldsByEveryAccessor) {
  const Object item = only_item(decode_file("ok-repeated-keys-in-item.json"));
  EXPECT_EQ(item.name(), "last");
  EXPECT_EQ(item.get<std::string_view>("/metadata/labels/app"), "last");
  EXPECT_EQ(item.at("/metadata")->get<std::string_view>("/name"), "last");
  EXPECT_EQ(item.elements("/spec/list").size(), 2U);
  EXPECT_EQ(item.json().at("metadata").at("name"), "last");
  EXPECT_EQ(item.json().at("metadata").at("labels").at("app"), "last");
  EXPECT_EQ(item.json().at("spec").at("list").size(), 2U);
  EXPECT_EQ(parse_json(item.raw()), item.json());
}

TEST(State, ReadsNumbersThatFit) {
  const Object item = only_item(decode_file("ok-numbers.json"));
  EXPECT_EQ(item.get<std::int64_t>("/spec/replicas"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(item.get<std::int64_t>("/spec/low"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(item.get<std::int64_t>("/spec/big"), std::nullopt);
  EXPECT_EQ(item.get<double>("/spec/big"), 18446744073709551615.0);
  EXPECT_EQ(item.get<std::int64_t>("/spec/real"), std::nullopt);
  EXPECT_EQ(item.get<double>("/spec/replicas"), 9223372036854775807.0);
}

TEST(State, ReadsWholeNumbersOfAnyLength) {
  for (const std::size_t digits : {20U, 25U, 300U}) {
    const Object item = only_item(decode(with_item(R"({"a":)" + std::string(digits, '9') + "}")));
    EXPECT_EQ(item.get<std::int64_t>("/a"), std::nullopt) << digits;
    EXPECT_TRUE(item.get<double>("/a")) << digits;
  }
}

TEST(Item, ThatIsBrokenThrowsDecodeErrorOrReadsAsAbsent) {
  for (const auto& file : corpus::files("state", "odd-")) {
    try {
      for (const SnapshotResource& resource : decode(file.content).resources) {
        for (const Object& item : resource.items) static_cast<void>(item.json());
      }
      EXPECT_EQ(file.name, "odd-repeated-envelope-fields.json") << "only this one is JSON";
    } catch (const DecodeError& error) {
      EXPECT_LE(error.byte_offset(), file.content.size()) << file.name;
    }
  }
}

// simdjson would skip beyond the end of such an object, and read on where its index has no entries.
TEST(Item, WithAMisplacedTokenDoesNotLeadBeyondItsEnd) {
  const std::string next = R"(,{"metadata":{"name":"next"},"b":[1,2]})";
  for (const char* broken : {R"(["x":1])", "[,1]", "[:1]", "[}", "[1,]", R"(["\"x" :1])", R"([ "x"  :1])", "[1 2]"}) {
    const auto document = corpus::body(R"([{"a":)" + std::string(broken) + R"(,"b":2})" + next + "]");
    const std::string_view item = document->text().substr(1, document->text().size() - next.size() - 2);
    const Object object = detail::ObjectAccess::make_object(document, item);
    EXPECT_THROW(static_cast<void>(object.elements("/a")), DecodeError) << broken;
  }
  for (const char* broken : {R"({"x":"b":1})", R"({"a"::1})", R"({"a":,"b":1})", R"({"a":})", R"({"a":1,})", "{,}"}) {
    const auto document = corpus::body("[" + std::string(broken) + next + "]");
    const Object object =
        detail::ObjectAccess::make_object(document, document->text().substr(1, std::string_view(broken).size()));
    EXPECT_THROW(static_cast<void>(object.at("/zzz")), DecodeError) << broken;
  }
}

TEST(Item, ThatIsNestedDeeplyIsReadButNotTurnedIntoATree) {
  constexpr std::size_t depth = 100'000;
  const Snapshot snapshot = decode(
      with_item(R"({"metadata":{"name":"deep"},"spec":)" + std::string(depth, '[') + std::string(depth, ']') + "}"));
  const Object item = only_item(snapshot);
  EXPECT_EQ(item.name(), "deep");
  EXPECT_EQ(item.at("/spec")->raw().size(), 2 * depth);
  EXPECT_EQ(item.elements("/spec").size(), 1U);
  EXPECT_THROW(static_cast<void>(item.json()), DecodeError);
}

TEST(Item, IsReachedToSomeDepthAndThenThePointerIsRefused) {
  const auto document = corpus::body(corpus::repeated(R"({"a":)", 5'000) + "1" + std::string(5'000, '}'));
  const Object object = detail::ObjectAccess::make_object(document, document->text());
  EXPECT_TRUE(object.at(corpus::repeated("/a", 900)));
  EXPECT_THROW(static_cast<void>(object.at(corpus::repeated("/a", 4'000))), ConfigError);
}

TEST(State, ThatIsNestedDeeplyIsRefused) {
  for (const char* opening : {"[", "{", R"({"a":)", R"({"resources":)", R"({"resources":[)"}) {
    EXPECT_THROW(decode(corpus::repeated(opening, 100'000)), DecodeError) << opening;
  }
}

TEST(State, WithFieldsThatItDoesNotKnowMayNestThemDeeply) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string head = R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z",)";
  EXPECT_NO_THROW(decode(head + R"("new":[[[)" + deep + R"(]]],"resources":null})"));
  EXPECT_NO_THROW(decode(head + R"("resources":[{"resource":"pods","new":{"a":)" + deep + "}}]}"));
  EXPECT_THROW(decode(head + R"("itemCount":)" + deep + R"(,"resources":[)" + deep + "]}"), DecodeError);
}

TEST(State, WithEnormousKeysIsRead) {
  const std::string key(std::size_t{4} << 20, 'k');
  const std::string escaped = corpus::repeated(R"(\u006b)", std::size_t{1} << 18);
  const std::string head = R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z",)";
  for (const std::string& name : {key, escaped, std::string(R"(\u0000)"), std::string()}) {
    EXPECT_NO_THROW(decode(head + '"' + name + R"(":1,"resources":[{"resource":"pods",")" + name + R"(":[]}]})"));
    const Object item =
        only_item(decode(with_item("{\"" + name + R"(":{"a":1},"metadata":{")" + name + R"(":"x","name":"n"}})")));
    EXPECT_EQ(item.name(), "n");
    EXPECT_EQ(item.json().size(), 2U);
  }
  EXPECT_EQ(only_item(decode(with_item("{\"" + key + R"(":7})"))).get<std::int64_t>("/" + key), 7);
  EXPECT_EQ(only_item(decode(with_item("{\"" + escaped + R"(":7})"))).get<std::int64_t>("/" + key), std::nullopt);
}

TEST(State, WithEnormousNumbersIsRefused) {
  const std::string head = R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z",)";
  const std::string digits(std::size_t{1} << 20, '9');
  for (const std::string& number : {digits, "-" + digits, "0." + digits, "1e" + digits, digits + "e-" + digits}) {
    EXPECT_THROW(decode(head + R"("liveResources":)" + number + R"(,"resources":[]})"), DecodeError);
    EXPECT_THROW(decode(head + R"("resources":[{"resource":"pods","itemCount":)" + number + "}]}"), DecodeError);
  }
}

// Were a type compared with all others, this would not end before the test times out.
TEST(State, OfManyTypesIsReadWholeAndCheckedForRepeatedOnes) {
  std::string types;
  constexpr int count = 100'000;
  for (int i = 0; i < count; ++i) types += R"({"resource":"r)" + std::to_string(count - i) + R"("},)";
  const auto with_last = [&](const std::string& last) {
    return decode(R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z","resources":[)" + types + last + "]}");
  };
  EXPECT_EQ(with_last(R"({"resource":"last"})").resources.size(), count + 1U);
  EXPECT_THROW(with_last(R"({"resource":"r7"})"), DecodeError);
}

TEST(State, OfManyShortItemsIsReadWhole) {
  const Snapshot snapshot =
      decode(R"({"cluster":"c","snapshotTime":"2026-03-04T05:06:07Z","resources":[{"resource":"pods",)"
             R"("items":[)" +
             corpus::repeated("{},", 200'000) + "{}]}]}");
  EXPECT_EQ(snapshot.total_items(), 200'001U);
}

TEST(Root, OfAScalarIsCheckedToItsEnd) {
  for (const char* text : {R"("a" "b")", R"("\n" "b")", R"("a)", R"("\q")", "1 2", "1x", "truex", "tru", "nul",
                           "null null", "-", "01", "1,", R"("a",)"}) {
    EXPECT_THROW(static_cast<void>(kplane::json::root(*corpus::body(text))), DecodeError) << text;
  }
  for (const char* text :
       {R"("a")", R"( "\n" )", "1", "-0.5e1", "true", " false\n", "null", "99999999999999999999999"}) {
    EXPECT_NO_THROW(static_cast<void>(kplane::json::root(*corpus::body(text)))) << text;
  }
}

TEST(Item, OfHugeNumbersIsAnErrorOfThisLibrary) {
  const Object item = only_item(decode_file("odd-huge-number-in-item.json"));
  EXPECT_THROW(static_cast<void>(item.json()), DecodeError);
}

}  // namespace
}  // namespace kplane
