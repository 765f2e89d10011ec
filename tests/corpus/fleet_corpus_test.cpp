// Fleets and lists of them: which are accepted, and what the accepted ones mean.
#include "corpus.hpp"

#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "codec/fleet.hpp"

namespace kplane {
namespace {

detail::FleetRecord read_fleet(std::string_view text) { return codec::decode_fleet(corpus::body(text)); }

detail::FleetRecord read_fleet_file(const std::string& name) { return read_fleet(corpus::content("fleet", name)); }

codec::FleetPage decode_list(const std::string& name) {
  return codec::decode_fleet_list(corpus::body(corpus::content("fleet_list", name)));
}

TEST(Fleet, SortsTheCorpus) {
  corpus::expect_sorted<DecodeError>("fleet", [](const std::string& text) { static_cast<void>(read_fleet(text)); });
}

TEST(FleetList, SortsTheCorpus) {
  corpus::expect_sorted<DecodeError>(
      "fleet_list", [](const std::string& text) { static_cast<void>(codec::decode_fleet_list(corpus::body(text))); });
}

TEST(Fleet, RefusesEveryOtherTypeInEachField) {
  const std::string head = R"({"metadata":{"name":"f"},"spec":{"replicas":1},"status":)";
  const std::string text = R"("x")";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"({"metadata":@,"spec":{}})", {}},
      {R"({"metadata":{"name":@},"spec":{}})", {text}},
      {R"({"metadata":{"name":"f","uid":@},"spec":{}})", {text, "null"}},
      {R"({"metadata":{"name":"f","generation":@},"spec":{}})", {"5", "null"}},
      {R"({"metadata":{"name":"f"},"spec":@})", {"{}"}},
      {R"({"metadata":{"name":"f"},"spec":{"replicas":@}})", {"5", "null"}},
      {R"({"metadata":{"name":"f"},"spec":{"namePrefix":@}})", {text, "null"}},
      {R"({"metadata":{"name":"f"},"spec":{"ttlSeconds":@}})", {"5", "null"}},
      {R"({"metadata":{"name":"f"},"spec":{"names":@}})", {"[]", "null"}},
      {R"({"metadata":{"name":"f"},"spec":{"names":[@]}})", {text}},
      {head + "@}", {"{}", "null"}},
      {head + R"({"observedGeneration":@}})", {"5", "null"}},
      {head + R"({"readyReplicas":@}})", {"5", "null"}},
      {head + R"({"members":@}})", {"[]", "null"}},
      {head + R"({"members":[@]}})", {"{}"}},
      {head + R"({"members":[{"clusterID":@}]}})", {text, "null"}},
      {head + R"({"members":[{"phase":@}]}})", {text, "null"}},
      {head + R"({"members":[{"message":@}]}})", {text, "null"}},
      {head + R"({"members":[{"lastTransitionTime":@}]}})", {"null"}},
  };
  for (const auto& [body, accepted] : cases) {
    for (const std::string& value : corpus::all_but(accepted))
      EXPECT_THROW(read_fleet(corpus::with(body, value)), DecodeError) << body << value;
    for (const std::string& value : accepted) EXPECT_NO_THROW(read_fleet(corpus::with(body, value))) << body << value;
  }
}

TEST(Fleet, KeepsWhatItDoesNotKnow) {
  EXPECT_EQ(read_fleet_file("ok-unknown-phase.json").status.members.at(0).phase, "Hibernating");
  const detail::FleetRecord fleet = read_fleet_file("ok-unknown-fields.json");
  EXPECT_EQ(fleet.object.get<std::string>("/spec/zone"), "eu");
  EXPECT_EQ(fleet.object.get<double>("/status/members/0/load"), 0.5);
}

TEST(Fleet, ReportsStatusAsSent) {
  const detail::FleetRecord stale = read_fleet_file("ok-stale-ready-replicas.json");
  EXPECT_EQ(stale.status.ready_replicas, 64);
  EXPECT_EQ(stale.status.members.at(1).message, "probe failed: 500");
  EXPECT_TRUE(read_fleet_file("ok-refused-spec.json").status.members.at(0).cluster.empty());
  EXPECT_EQ(read_fleet_file("ok-no-status.json").status.observed_generation, std::nullopt);
  EXPECT_EQ(read_fleet_file("ok-many-members.json").status.members.size(), 200U);
}

TEST(Fleet, IsRefusedWhereverItIsCut) {
  const std::string whole = corpus::content("fleet", "ok-ready.json");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read_fleet(std::string_view(whole).substr(0, size)), DecodeError) << size;
  }
}

TEST(Fleet, ThatIsNestedDeeplyIsReadOrRefused) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(read_fleet(R"({"metadata":{"name":"f"},"spec":{"replicas":1,"x":)" + deep + "}}").spec.replicas, 1);
  EXPECT_THROW(read_fleet(R"({"metadata":{"name":"f"},"spec":{"names":)" + deep + "}}"), DecodeError);
  EXPECT_THROW(read_fleet(deep), DecodeError);
}

TEST(FleetList, HandsOnTheTokenOfTheNextPage) {
  EXPECT_EQ(decode_list("ok-continued.json").continue_token, "eyJ2IjoxfQ");
  EXPECT_EQ(decode_list("ok-two.json").continue_token, "");
  EXPECT_EQ(decode_list("ok-two.json").fleets.at(1).spec.names.at(1), "south");
}

}  // namespace
}  // namespace kplane
