// Lists: selectors, pages, earlier states, and what is deleted as a collection.
#include "local_server/rest/list_pages.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/rest/continue_token.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/bootstrap.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

class ListPages : public ::testing::Test {
 protected:
  ListPages() { bootstrap(store); }

  ObjectPtr create(const std::string& name, const std::string& ns = "default", const json& labels = json::object()) {
    return store.create(configmaps, {ns, name}, {{"metadata", {{"name", name}, {"labels", labels}}}});
  }
  void remove(const std::string& name) { static_cast<void>(store.remove(configmaps, {"default", name})); }

  Answer answer(const Query& query, const std::string& ns = "default", const std::string& method = "GET") {
    try {
      return answer_rest(store, configmaps, {method, ns, "", "", query, "", ""});
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  json list(const Query& query, const std::string& ns = "default") {
    const Answer answered = answer(query, ns);
    EXPECT_EQ(answered.status, 200) << answered.body;
    return json::parse(answered.body);
  }
  static Names names_of(const json& list) {
    Names names;
    for (const auto& item : list["items"]) names.push_back(item["metadata"]["name"]);
    return names;
  }
  static std::string token_of(const json& list) { return list["metadata"].value("continue", ""); }

  Store store;
  const ResourceType& configmaps = *find_built_in("", "configmaps");
};

constexpr const char kLabels[] = "labelSelector";
constexpr const char kFields[] = "fieldSelector";
constexpr const char kNotRootCa[] = "metadata.name!=kube-root-ca.crt";

TEST_F(ListPages, ListWhatSelectorsSelect) {
  create("a", "default", {{"app", "x"}});
  create("b", "default", {{"app", "y"}});
  create("c", "kube-system", {{"app", "x"}});
  EXPECT_EQ(names_of(list({{kLabels, "app=x"}})), (Names{"a"}));
  EXPECT_EQ(names_of(list({{kLabels, "app"}})), (Names{"a", "b"}));
  EXPECT_EQ(names_of(list({{kLabels, "app=x"}}, "")), (Names{"a", "c"}));
  EXPECT_EQ(names_of(list({{kFields, "metadata.name=b"}})), (Names{"b"}));
  EXPECT_EQ(answer({{kLabels, "a b"}}).status, 400);
}

TEST_F(ListPages, GoThroughAllObjectsOnce) {
  for (const char* ns : {"default", "kube-system"}) {
    for (const char* name : {"a", "b", "c"}) create(name, ns);
  }
  const json everything = list({}, "");
  Names names;
  json page = list({{"limit", "2"}}, "");
  const std::size_t total = everything["items"].size();
  EXPECT_EQ(page["metadata"]["remainingItemCount"], total - 2);
  while (true) {
    for (const auto& name : names_of(page)) names.push_back(name);
    EXPECT_EQ(page["metadata"]["resourceVersion"], everything["metadata"]["resourceVersion"]);
    if (token_of(page).empty()) break;
    page = list({{"limit", "2"}, {"continue", token_of(page)}}, "");
  }
  EXPECT_FALSE(page["metadata"].contains("remainingItemCount"));
  EXPECT_EQ(names, names_of(everything));
}

TEST_F(ListPages, ShowTheStateOfTheFirstPage) {
  for (const char* name : {"b", "d", "f"}) create(name);
  const Query first = {{"limit", "1"}, {kFields, kNotRootCa}};
  const json page = list(first);
  remove("d");
  remove("b");
  create("e");
  static_cast<void>(store.update(configmaps, {"default", "f"}, [](const StoredObject& current) {
    json value = current.value();
    value["data"] = {{"k", "v"}};
    return value;
  }));
  const json rest = list({{"continue", token_of(page)}, {kFields, kNotRootCa}});
  EXPECT_EQ(names_of(rest), (Names{"d", "f"}));
  EXPECT_FALSE(rest["items"][1].contains("data"));
  EXPECT_EQ(rest["metadata"]["resourceVersion"], page["metadata"]["resourceVersion"]);
}

TEST_F(ListPages, DoNotCountWhatRemainsBehindASelector) {
  for (const char* name : {"a", "b", "c"}) create(name, "default", {{"app", "x"}});
  const json page = list({{"limit", "2"}, {kLabels, "app=x"}});
  EXPECT_FALSE(token_of(page).empty());
  EXPECT_FALSE(page["metadata"].contains("remainingItemCount"));
  EXPECT_EQ(names_of(list({{"limit", "2"}, {kLabels, "app=x"}, {"continue", token_of(page)}})), (Names{"c"}));
}

TEST_F(ListPages, LayCustomListsOutAsTheRealServerDoes) {
  const auto fleet = store.create(fleet_type(), {"", "f"}, {{"metadata", {{"name", "f"}}}});
  const Answer answered = answer_list(store, fleet_type(), "", {});
  EXPECT_EQ(answered.body, R"({"apiVersion":"kplane.dev/v1","items":[)" + fleet->value().dump() +
                               R"(],"kind":"FleetList","metadata":{"continue":"","resourceVersion":")" +
                               fleet->resource_version() + "\"}}\n");
}

TEST_F(ListPages, SayWhenATokenHasExpired) {
  for (const char* name : {"a", "b", "c"}) create(name);
  const std::string token = token_of(list({{"limit", "1"}}));
  remove("b");
  store.watch_hub().compact();
  const Answer answered = answer({{"limit", "1"}, {"continue", token}});
  const json status = json::parse(answered.body);
  EXPECT_EQ(answered.status, 410);
  EXPECT_EQ(status["reason"], "Expired");
  const std::string fresh = status["metadata"]["continue"];
  EXPECT_EQ(names_of(list({{"continue", fresh}, {kFields, kNotRootCa}})), (Names{"c"}));
}

TEST_F(ListPages, RefuseATokenThatIsNone) {
  for (const char* token : {"garbage!", "a", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiIvYSJ9",
                            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0", "W10"}) {
    const Answer answered = answer({{"continue", token}});
    EXPECT_EQ(answered.status, 400) << token;
    const std::string message = json::parse(answered.body)["message"];
    EXPECT_EQ(message.rfind("invalid continue token: continue key is not valid", 0), 0U) << message;
  }
  const std::string future = encode({1'000'000, std::string("/a\0", 3)});
  EXPECT_EQ(answer({{"continue", future}}).status, 504);
}

TEST(ContinueToken, IsWrittenAsTheRealServerWritesIt) {
  const std::string recorded =
      "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6Mjg5LCJzdGFydCI6Ii9zeXN0ZW0tY2x1c3Rlci1jcml0aWNhbFx1MDAwMCJ9";
  const ContinueToken token{289, std::string("/system-cluster-critical\0", 25)};
  EXPECT_EQ(encode(token), recorded);
  EXPECT_EQ(decode_continue_token(recorded).version, token.version);
  EXPECT_EQ(decode_continue_token(recorded).start, token.start);
}

TEST_F(ListPages, ShowAnEarlierStateWhenAsked) {
  const std::string version = create("a")->resource_version();
  remove("a");
  create("b");
  EXPECT_EQ(names_of(list({{"resourceVersion", version}, {"resourceVersionMatch", "Exact"}, {kFields, kNotRootCa}})),
            (Names{"a"}));
  EXPECT_EQ(names_of(list({{"resourceVersion", version}, {kFields, kNotRootCa}})), (Names{"b"}));
  EXPECT_EQ(names_of(list({{"resourceVersion", "0"}, {kFields, kNotRootCa}})), (Names{"b"}));
  store.watch_hub().compact();
  const Answer expired = answer({{"resourceVersion", version}, {"resourceVersionMatch", "Exact"}});
  EXPECT_EQ(expired.status, 410);
  EXPECT_EQ(json::parse(expired.body)["reason"], "Expired");
}

TEST_F(ListPages, RefuseQueriesThatMakeNoSense) {
  EXPECT_EQ(answer({{"limit", "many"}}).status, 400);
  EXPECT_EQ(answer({{"resourceVersion", "new"}}).status, 400);
  EXPECT_EQ(answer({{"resourceVersion", "1000000"}}).status, 504);
  EXPECT_EQ(answer({{"resourceVersionMatch", "Exact"}}).status, 422);
  EXPECT_EQ(answer({{"resourceVersionMatch", "Newest"}, {"resourceVersion", "1"}}).status, 422);
  EXPECT_EQ(answer({{"resourceVersionMatch", "Exact"}, {"resourceVersion", "0"}}).status, 422);
  EXPECT_EQ(answer({{"sendInitialEvents", "true"}}).status, 422);
  EXPECT_EQ(answer({{"limit", "-1"}}).status, 200);
}

TEST_F(ListPages, DeleteWhatSelectorsSelect) {
  create("a", "default", {{"app", "x"}});
  create("b", "default", {{"app", "y"}});
  create("c", "kube-system", {{"app", "x"}});
  const Answer removed = answer({{kLabels, "app=x"}}, "default", "DELETE");
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(names_of(json::parse(removed.body)), (Names{"a"}));
  EXPECT_EQ(names_of(list({{kLabels, "app"}}, "")), (Names{"b", "c"}));
  EXPECT_EQ(answer({}, "", "DELETE").status, 405);
}

}  // namespace
}  // namespace kplane::testing::server
