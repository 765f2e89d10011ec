// Pages of a list, and the way through them.
#include "codec/object_list.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

#include "session/list_cursor.hpp"
#include "support/documents.hpp"

namespace kplane {
namespace {

codec::ObjectPage decode(std::string_view text) { return codec::decode_object_list(tests::make_document(text)); }

TEST(ObjectPage, HasObjectsAsSentAndWhereTheListGoesOn) {
  const codec::ObjectPage page = decode(
      R"({"kind":"PodList","metadata":{"resourceVersion":"289","continue":"abc","remainingItemCount":1},
          "items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})");
  EXPECT_EQ(page.resource_version, "289");
  EXPECT_EQ(page.continue_token, "abc");
  ASSERT_EQ(page.objects.size(), 2U);
  EXPECT_EQ(page.objects[0].raw(), R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(page.objects[1].name(), "b");
}

TEST(ObjectPage, OfNothingIsEmpty) {
  for (const char* text :
       {R"({"items":[]})", R"({"items":null,"metadata":null})", R"({"metadata":{"continue":null},"items":[]})"}) {
    EXPECT_TRUE(decode(text).objects.empty()) << text;
    EXPECT_EQ(decode(text).continue_token, "") << text;
  }
}

TEST(ObjectPage, OtherBodiesAreRefused) {
  for (const char* text : {"", "<html>", "[]", "{}", R"({"items":{}})", R"({"items":[1]})", R"({"items":[{]})",
                           R"({"items":[],"metadata":1})", R"({"items":[],"metadata":{"continue":1}})"}) {
    EXPECT_THROW((void)decode(text), DecodeError) << text;
  }
}

TEST(ObjectBody, IsOneObject) {
  EXPECT_EQ(codec::decode_object(tests::make_document(" {\"metadata\":{\"name\":\"a\"}}\n")).name(), "a");
  for (const char* text : {"", "[]", "1", "{", "{} {}", "<html>"}) {
    EXPECT_THROW((void)codec::decode_object(tests::make_document(text)), DecodeError) << text;
  }
}

TEST(ListCursor, GoesOnUntilThereIsNoToken) {
  detail::ListCursor cursor("http://h/x", {{"limit", "2"}});
  EXPECT_EQ(cursor.url(), "http://h/x?limit=2");
  EXPECT_TRUE(cursor.at_begin());
  cursor.take_page(2, "t+1", 10);
  EXPECT_EQ(cursor.url(), "http://h/x?limit=2&continue=t%2B1");
  EXPECT_FALSE(cursor.at_begin());
  EXPECT_FALSE(cursor.at_end());
  cursor.take_page(0, "", 10);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_FALSE(cursor.at_begin());
}

TEST(ListCursor, ListThatDoesNotGetOnIsAnError) {
  detail::ListCursor cursor("http://h/x", {});
  cursor.take_page(1, "t", 10);
  EXPECT_THROW(cursor.take_page(1, "t", 10), DecodeError);
  EXPECT_THROW(cursor.take_page(0, "u", 10), DecodeError);
}

// A server that has another token for each page would keep a caller for ever.
TEST(ListCursor, ListWithoutEndIsAnError) {
  detail::ListCursor cursor("http://h/x", {});
  for (int page = 1; page < detail::ListCursor::most_pages; ++page) cursor.take_page(1, std::to_string(page), 10);
  EXPECT_THROW(cursor.take_page(1, "more", 10), DecodeError);
}

TEST(ListCursor, ListThatIsKeptIsNoLargerThanAnAnswerMayBe) {
  detail::ListCursor cursor("http://h/x", {});
  cursor.limit_bytes(25);
  cursor.take_page(1, "a", 10);
  cursor.take_page(1, "b", 10);
  try {
    cursor.take_page(1, "", 10);
    ADD_FAILURE() << "it has 30 bytes";
  } catch (const TransportError& error) {
    EXPECT_FALSE(error.retryable());
  }
}

}  // namespace
}  // namespace kplane
