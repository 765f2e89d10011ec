#include <kplane/diff.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <kplane/digest.hpp>
#include <kplane/error.hpp>

#include "support/bodies.hpp"

namespace kplane {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

json object(const std::string& name, json spec = json::object()) {
  return {{"metadata", {{"namespace", "shop"}, {"name", name}, {"uid", "uid-" + name}, {"resourceVersion", "7"}}},
          {"spec", std::move(spec)}};
}

using Items = std::vector<json>;

json type_of(const std::string& group, const std::string& resource, Items items) {
  return {{"group", group}, {"resource", resource}, {"synced", true}, {"items", json(std::move(items))}};
}

Snapshot state_of(Items resources) {
  return Snapshot::from_json(
      json{{"cluster", "a"}, {"snapshotTime", "2026-01-01T00:00:00Z"}, {"resources", json(std::move(resources))}}
          .dump());
}

Snapshot pods(Items items) { return state_of(Items{type_of("", "pods", std::move(items))}); }

TEST(Diff, FindsNothingInTheSameState) {
  const Snapshot state = pods(Items{object("a"), object("b")});
  EXPECT_THAT(diff(state, state), IsEmpty());
  EXPECT_THAT(diff(state, pods(Items{object("b"), object("a")})), IsEmpty());
}

TEST(Diff, FindsWhatWasAddedRemovedAndModified) {
  const Snapshot before = pods(Items{object("a"), object("b", {{"x", 1}}), object("c")});
  const Snapshot after = pods(Items{object("d"), object("b", {{"x", 2}}), object("c")});
  const auto changes = diff(before, after);
  ASSERT_THAT(changes, SizeIs(3));
  EXPECT_EQ(changes[0].type, ChangeType::removed);
  EXPECT_EQ(changes[0].name, "a");
  EXPECT_EQ(changes[0].before->name(), "a");
  EXPECT_FALSE(changes[0].after.has_value());
  EXPECT_EQ(changes[1].type, ChangeType::modified);
  EXPECT_EQ(changes[1].resource, "pods");
  EXPECT_EQ(changes[1].ns, "shop");
  EXPECT_THAT(changes[1].pointers, ElementsAre("/spec/x"));
  EXPECT_EQ(changes[1].after->get<std::int64_t>("/spec/x"), 2);
  EXPECT_EQ(changes[2].type, ChangeType::added);
  EXPECT_EQ(changes[2].name, "d");
}

TEST(Diff, LeavesOutWhatServersSet) {
  json changed = object("a");
  changed["metadata"]["uid"] = "another";
  changed["metadata"]["resourceVersion"] = "9";
  changed["metadata"]["generation"] = 4;
  changed["metadata"]["managedFields"] = {{{"manager", "x"}}};
  changed["metadata"]["labels"] = {{"multicluster.k8s.io/cluster", "a"}};
  EXPECT_THAT(diff(pods(Items{object("a")}), pods(Items{changed})), IsEmpty());
  DiffOptions all;
  all.ignore_server_fields = false;
  EXPECT_THAT(diff(pods(Items{object("a")}), pods(Items{changed}), all), SizeIs(1));
  const Snapshot events =
      state_of(Items{type_of("", "events", Items{object("e")}), type_of("events.k8s.io", "events", Items{object("e")}),
                     type_of("coordination.k8s.io", "leases", Items{object("l")})});
  EXPECT_THAT(diff(events, state_of(Items{})), IsEmpty());
  EXPECT_THAT(diff(events, state_of(Items{}), all), SizeIs(3));
}

TEST(Diff, LeavesOutWhatItsCallerNames) {
  DiffOptions options;
  options.ignored_fields = {"/spec/*/time"};
  options.ignored_types = {"deployments.apps"};
  const Snapshot before = state_of(Items{type_of("", "pods", Items{object("a", {{"x", {{"time", 1}}}})})});
  const Snapshot after = state_of(Items{type_of("", "pods", Items{object("a", {{"x", {{"time", 2}}}})}),
                                        type_of("apps", "deployments", Items{object("d")})});
  EXPECT_THAT(diff(before, after, options), IsEmpty());
  EXPECT_EQ(digest(before, options), digest(after, options));
  EXPECT_THAT(diff(before, after), SizeIs(2));
  options.ignored_fields = {"spec"};
  EXPECT_THROW(static_cast<void>(diff(before, after, options)), ConfigError);
}

TEST(Diff, TellsTypesOfTheSameNameApart) {
  const Snapshot core = state_of(Items{type_of("", "pods", Items{object("a")})});
  const Snapshot other = state_of(Items{type_of("metrics.k8s.io", "pods", Items{object("a")})});
  EXPECT_THAT(diff(core, other), SizeIs(2));
  EXPECT_NE(digest(core), digest(other));
}

TEST(Diff, CountsAbsentTypesAsEmpty) {
  EXPECT_THAT(diff(pods(Items{}), state_of(Items{})), IsEmpty());
  EXPECT_EQ(digest(pods(Items{})), digest(state_of(Items{})));
  EXPECT_EQ(digest(Snapshot()), Digest());
}

TEST(Diff, CountsObjectsOfTheSameName) {
  EXPECT_THAT(diff(pods(Items{object("a"), object("a")}), pods(Items{object("a")})), SizeIs(1));
  EXPECT_NE(digest(pods(Items{object("a"), object("a")})), digest(pods(Items{object("a")})));
}

TEST(Digest, IsTheSameOnEveryMachine) {
  // Stored digests stay comparable: a change of this value breaks what users have on disk.
  EXPECT_EQ(digest(pods(Items{object("a", {{"x", {1, 2.5, true, nullptr, "text", {{"k", -3}}}}})})).hex(),
            "0aa9c7c57b09f372138719fe7c51bb41");
}

TEST(Digest, GoesThroughHex) {
  const Digest value = digest(pods(Items{object("a")}));
  EXPECT_EQ(Digest::from_hex(value.hex()), value);
  EXPECT_EQ(Digest(0x0123456789abcdefU, 0xfU).hex(), "0123456789abcdef000000000000000f");
  for (const auto* text : {"", "0", "0123456789abcdef000000000000000g", "0123456789abcdef000000000000000f0"}) {
    EXPECT_THROW(static_cast<void>(Digest::from_hex(text)), ConfigError) << text;
  }
  EXPECT_EQ((std::unordered_set<Digest>{value, value}.size()), 1U);
}

TEST(Digest, KnowsObjectsByContentAndOptionsAlike) {
  const Snapshot state = pods(Items{object("a", {{"x", 1}})});
  const Object& pod = state.resources[0].items[0];
  DigestOptions no_spec;
  no_spec.ignored_fields = {"/spec"};
  const Digest with_spec = digest(pod);
  const Digest without = digest(pod, no_spec);
  EXPECT_NE(with_spec, without);
  EXPECT_EQ(digest(pod), with_spec);  // remembered by now
  EXPECT_EQ(digest(pod, no_spec), without);
}

TEST(SnapshotFromJson, ReadsWhatRawGave) {
  const Snapshot state = pods(Items{object("a"), object("b")});
  const Snapshot again = Snapshot::from_json(state.raw());
  EXPECT_EQ(again.cluster, "a");
  EXPECT_EQ(again.total_items(), 2U);
  EXPECT_THAT(diff(state, again), IsEmpty());
  EXPECT_THROW(static_cast<void>(Snapshot::from_json("{}")), DecodeError);
  EXPECT_THROW(static_cast<void>(Snapshot::from_json("")), DecodeError);
}

/// Random edits of a state, which can be taken back.
class Edits {
 public:
  explicit Edits(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) objects_["o" + std::to_string(i)] = value(3);
  }

  void edit() {
    const std::string name = "o" + std::to_string(below(8));
    switch (below(4)) {
      case 0:
        objects_.erase(name);
        break;
      case 1:
        objects_[name] = value(3);
        break;
      default:
        if (objects_.count(name) > 0) edit(objects_[name]);
    }
  }

  /// In another order each time.
  [[nodiscard]] Snapshot state() {
    Items items;
    for (const auto& [name, spec] : objects_) {
      items.push_back(object(name, spec));
      items.back()["metadata"]["resourceVersion"] = std::to_string(below(1'000));
    }
    std::shuffle(items.begin(), items.end(), random_);
    return pods(items);
  }

  using Objects = std::map<std::string, json>;
  [[nodiscard]] const Objects& objects() const { return objects_; }
  void set_objects(Objects objects) { objects_ = std::move(objects); }

 private:
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  json value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return below(3);
      case 1:
        return below(3) + 0.5;
      case 2:
        return below(2) == 0;
      case 3:
        return nullptr;
      case 4:
        return json::array();
      case 5:
        return "s" + std::to_string(below(3));
      case 6: {
        json list = json::array();
        for (auto n = below(4); n > 0; --n) list.push_back(value(depth - 1));
        return list;
      }
      default: {
        json map = json::object();
        for (auto n = below(4); n > 0; --n) map["k" + std::to_string(below(4))] = value(depth - 1);
        return map;
      }
    }
  }

  void edit(json& target) {
    if (target.is_object() && !target.empty() && below(3) > 0) {
      auto member = target.begin();
      std::advance(member, below(static_cast<std::uint32_t>(target.size())));
      if (below(3) == 0) {
        target.erase(member);
      } else {
        edit(*member);
      }
    } else if (target.is_array() && !target.empty() && below(3) > 0) {
      edit(target[below(static_cast<std::uint32_t>(target.size()))]);
    } else {
      target = value(2);
    }
  }

  std::mt19937 random_;
  Objects objects_;
};

/// Makes `objects` what they were before the changes.
void take_back(const Vector<Change>& changes, Edits::Objects& objects) {
  for (const Change& change : changes) {
    if (change.type == ChangeType::added) {
      objects.erase(change.name);
    } else {
      objects[change.name] = json::parse(change.before->raw())["spec"];
    }
  }
}

TEST(DiffProperty, IsEmptyWhereDigestsAreEqualAndItsInverseRestoresThem) {
  int changed = 0;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Edits edits(seed);
    for (int round = 0; round < 8; ++round) {
      const Edits::Objects old_objects = edits.objects();
      const Snapshot before = edits.state();
      edits.edit();
      const Snapshot after = edits.state();
      const auto changes = diff(before, after);
      const bool is_same = edits.objects() == old_objects;
      ASSERT_EQ(digest(before) == digest(after), changes.empty()) << "seed " << seed << ", round " << round;
      ASSERT_EQ(is_same, changes.empty()) << "seed " << seed << ", round " << round;
      if (!is_same) ++changed;
      Edits::Objects restored = edits.objects();
      take_back(changes, restored);
      Edits back(seed);
      back.set_objects(restored);
      ASSERT_EQ(digest(back.state()), digest(before)) << "seed " << seed << ", round " << round;
      ASSERT_EQ(diff(after, before).size(), changes.size());
    }
  }
  EXPECT_GT(changed, 1'000);
}

/// Objects of the same size whose first kilobyte is the same, in random order.
Snapshot alike(const std::map<std::string, int>& values, std::mt19937& random) {
  Items items;
  for (const auto& [name, value] : values) {
    items.push_back(object(name, {{"x", value}}));
    items.back()["metadata"]["annotations"]["a"] = std::string(1'000, 'a');
  }
  std::shuffle(items.begin(), items.end(), random);
  return pods(std::move(items));
}

TEST(DiffProperty, FindsChangesAmongObjectsThatBeginAlike) {
  std::mt19937 random(1);
  std::map<std::string, int> before;
  for (int i = 100; i < 300; ++i) before["o" + std::to_string(i)] = 100;
  for (int round = 0; round < 20; ++round) {
    std::map<std::string, int> after = before;
    for (int i = 0; i < round; ++i) after["o" + std::to_string(100 + random() % 200)] = 101 + round;
    std::vector<std::string> changed;
    for (const auto& [name, value] : after) {
      if (before[name] != value) changed.push_back(name);
    }
    std::vector<std::string> found;
    for (const Change& change : diff(alike(before, random), alike(after, random))) {
      EXPECT_THAT(change.pointers, ElementsAre("/spec/x"));
      found.push_back(change.name);
    }
    EXPECT_EQ(found, changed);
    before = after;
  }
}

TEST(Diff, MatchesAsManyEqualObjectsAsBothHave) {
  const Snapshot two = pods(Items{object("a"), object("b"), object("a")});
  const Snapshot three = pods(Items{object("a"), object("a"), object("a"), object("b")});
  const auto changes = diff(two, three);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].type, ChangeType::added);
  EXPECT_EQ(changes[0].name, "a");
  EXPECT_THAT(diff(three, two), SizeIs(1));
}

TEST(Digest, TellsRealStatesApart) {
  const std::string body = tests::make_state_body("a", tests::rollout_plane);
  const std::string other = tests::make_state_body("b", tests::rollout_plane);
  EXPECT_THAT(diff(Snapshot::from_json(body), Snapshot::from_json(other)), IsEmpty());
  EXPECT_EQ(digest(Snapshot::from_json(body)), digest(Snapshot::from_json(other)));
}

}  // namespace
}  // namespace kplane
