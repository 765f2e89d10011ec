// Following the changes of a plane, and waiting for one object. The changes are made by what the watch calls, so that
// they come neither before it nor without it.
#include <string>
#include <utility>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveWatch = LiveTest;
using nlohmann::json;

constexpr std::chrono::milliseconds moment{300};

/// What this test made: a server's own objects come and go as they like.
WatchOptions made_objects() {
  WatchOptions options;
  options.label_selector = made_here;
  options.timeout = patience;
  return options;
}

using Seen = std::vector<std::pair<WatchEventType, std::string>>;

json web_config_map(const std::string& name) {
  json object = made_config_map(name, "x");
  object["metadata"]["labels"]["tier"] = "web";
  return object;
}

WatchOptions web_objects() {
  WatchOptions options = made_objects();
  options.label_selector += ",tier=web";
  return options;
}

/// Watches until `count` events came, and calls `react` with the number of each and with its object.
template <class React>
Seen watch(const Resource& maps, const WatchOptions& options, std::size_t count, const React& react) {
  Seen seen;
  const WatchEnd end = maps.watch(
      [&](const WatchEvent& event) {
        seen.emplace_back(event.type, event.object.name());
        react(seen.size(), event.object);
        return seen.size() < count;
      },
      options);
  EXPECT_EQ(end, WatchEnd::callback);
  return seen;
}

TEST_F(LiveWatch, ReportsWhatIsThereAndThenEachChangeOnce) {
  const RemovedAtEnd maps(config_maps(ready_plane("changes")));
  maps->create(made_config_map("first", "x"));
  Seen seen;
  const WatchEnd end = maps->watch(
      [&](const WatchEvent& event) {
        seen.emplace_back(event.type, event.object.name());
        if (seen.size() == 1) maps->create(made_config_map("second", "x"));
        if (seen.size() == 2) maps->patch("second", PatchType::merge, R"({"data":{"mode":"y"}})");
        if (seen.size() == 3) {
          EXPECT_EQ(event.object.get<std::string_view>("/data/mode"), "y");
          maps->remove("second");
        }
        return seen.size() < 4;
      },
      made_objects());
  EXPECT_EQ(end, WatchEnd::callback);
  EXPECT_EQ(seen, (Seen{{WatchEventType::added, "first"},
                        {WatchEventType::added, "second"},
                        {WatchEventType::modified, "second"},
                        {WatchEventType::deleted, "second"}}));
}

TEST_F(LiveWatch, SeesAnObjectLeaveTheSelection) {
  const RemovedAtEnd maps(config_maps(ready_plane("selection")));
  maps->create(web_config_map("chosen"));
  const Seen seen = watch(*maps, web_objects(), 2, [&](std::size_t event, const Object& object) {
    EXPECT_EQ(object.get<std::string_view>("/metadata/labels/tier"), "web") << "as it was in the selection";
    if (event != 1) return;
    maps->create(made_config_map("other", "x"));
    maps->patch("chosen", PatchType::merge, R"({"metadata":{"labels":{"tier":"db"}}})");
  });
  EXPECT_EQ(seen, (Seen{{WatchEventType::added, "chosen"}, {WatchEventType::deleted, "chosen"}}));
  EXPECT_TRUE(maps->find("chosen"));
}

TEST_F(LiveWatch, GoesOnFromAListAndFromAnEvent) {
  const RemovedAtEnd maps(config_maps(ready_plane("resume")));
  maps->create(made_config_map("before", "x"));
  ListOptions which;
  which.label_selector = made_here;
  WatchOptions options = made_objects();
  options.resource_version = maps->list(which).resource_version();
  maps->create(made_config_map("after", "x"));
  maps->remove("before");

  Seen seen;
  const auto next_event = [&] {
    return maps->watch(
        [&](const WatchEvent& event) {
          seen.emplace_back(event.type, event.object.name());
          options.resource_version = event.object.resource_version();
          return false;
        },
        options);
  };
  EXPECT_EQ(next_event(), WatchEnd::callback);
  EXPECT_EQ(next_event(), WatchEnd::callback);
  EXPECT_EQ(seen, (Seen{{WatchEventType::added, "after"}, {WatchEventType::deleted, "before"}}));
}

TEST_F(LiveWatch, SeesAnObjectEnterTheSelection) {
  const RemovedAtEnd maps(config_maps(ready_plane("entering")));
  maps->create(made_config_map("late", "x"));
  maps->create(web_config_map("early"));
  const Seen seen = watch(*maps, web_objects(), 3, [&](std::size_t event, const Object&) {
    if (event == 1) maps->patch("late", PatchType::merge, R"({"metadata":{"labels":{"tier":"web"}}})");
    if (event == 2) maps->remove("late");
  });
  EXPECT_EQ(
      seen,
      (Seen{{WatchEventType::added, "early"}, {WatchEventType::added, "late"}, {WatchEventType::deleted, "late"}}));
}

TEST_F(LiveWatch, SeesADeletionThatWaitsForAFinalizer) {
  const RemovedAtEnd maps(config_maps(ready_plane("finalizer")));
  json object = made_config_map("held", "x");
  object["metadata"]["finalizers"] = {"example.dev/hold"};
  maps->create(object);
  Seen seen;
  const WatchEnd end = maps->watch(
      [&](const WatchEvent& event) {
        seen.emplace_back(event.type, event.object.name());
        if (seen.size() == 1) maps->remove("held");
        if (seen.size() == 2) {
          EXPECT_TRUE(event.object.get<std::string_view>("/metadata/deletionTimestamp"));
          maps->patch("held", PatchType::merge, R"({"metadata":{"finalizers":null}})");
        }
        return seen.size() < 3;
      },
      made_objects());
  EXPECT_EQ(end, WatchEnd::callback);
  EXPECT_EQ(
      seen,
      (Seen{{WatchEventType::added, "held"}, {WatchEventType::modified, "held"}, {WatchEventType::deleted, "held"}}));
}

TEST_F(LiveWatch, SaysThatAVersionIsTooOld) {
  const Resource maps = config_maps(ready_plane("old"));
  WatchOptions options = made_objects();
  options.resource_version = "1";
  EXPECT_THROW(maps.watch([](const WatchEvent&) { return true; }, options), Expired);
}

// As after a restore: the server says nothing at all.
TEST_F(LiveWatch, SaysThatAVersionIsOfTheFuture) {
  const Resource maps = config_maps(ready_plane("future"));
  WatchOptions options = made_objects();
  options.resource_version = "999999999999";
  options.idle_limit = std::chrono::seconds{4};
  EXPECT_THROW(maps.watch([](const WatchEvent&) { return true; }, options), Expired);
}

TEST_F(LiveWatch, EndsByItsTimeout) {
  const Resource maps = config_maps(ready_plane("timeout"));
  WatchOptions options = made_objects();
  options.timeout = moment;
  EXPECT_EQ(maps.watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
}

TEST_F(LiveWatch, WaitsUntilAnObjectExists) {
  const RemovedAtEnd maps(config_maps(ready_plane("exists")));
  const Condition exists = conditions::exists();
  const auto created_meanwhile = [&](const Object* object) {
    if (object == nullptr) maps->create(made_config_map("late", "x"));
    return exists.holds(object);
  };
  const std::optional<Object> late = maps->wait_for("late", created_meanwhile, patience);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->name(), "late");
  EXPECT_TRUE(maps->wait_for("late", exists, patience)) << "at once";
}

TEST_F(LiveWatch, WaitsUntilAnObjectIsGone) {
  const RemovedAtEnd maps(config_maps(ready_plane("gone")));
  maps->create(made_config_map("short", "x"));
  const Condition gone = conditions::gone();
  const auto removed_meanwhile = [&](const Object* object) {
    if (object != nullptr) maps->remove("short");
    return gone.holds(object);
  };
  EXPECT_FALSE(maps->wait_for("short", removed_meanwhile, patience));
  EXPECT_FALSE(maps->wait_for("short", gone, patience)) << "at once";
}

TEST_F(LiveWatch, WaitsForTheValueOfAField) {
  const RemovedAtEnd maps(config_maps(ready_plane("field")));
  maps->create(made_config_map("settings", "slow"));
  const Condition is_fast = conditions::field("/data/mode", "fast");
  const auto changed_meanwhile = [&](const Object* object) {
    if (!is_fast.holds(object)) maps->patch("settings", PatchType::merge, R"({"data":{"mode":"fast"}})");
    return is_fast.holds(object);
  };
  const std::optional<Object> settings = maps->wait_for("settings", changed_meanwhile, patience);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->get<std::string_view>("/data/mode"), "fast");
}

TEST_F(LiveWatch, WaitsNoLongerThanItMay) {
  const Resource maps = config_maps(ready_plane("never"));
  EXPECT_THROW(maps.wait_for("never", conditions::exists(), moment), TimeoutError);
}

}  // namespace
}  // namespace kplane::live
