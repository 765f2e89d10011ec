// States that show what was written.
#include "live.hpp"

namespace kplane::live {
namespace {

using LiveSettledState = LiveTest;

SettleOptions of_config_maps() {
  SettleOptions options;
  options.state.resources = {"configmaps"};
  options.state.timeout = patience;
  return options;
}

std::optional<std::string> mode_of(const Snapshot& state, const std::string& name) {
  const auto found = find(state, "configmaps", name);
  return found ? found->get<std::string>("/data/mode") : std::nullopt;
}

TEST_F(LiveSettledState, ShowsEveryWrite) {
  const WriteLog log;
  const Plane plane = ready_plane("settled").logged(log);
  const RemovedAtEnd maps(config_maps(plane));
  maps->create(made_config_map("kept", "0").dump());
  maps->create(made_config_map("removed", "0").dump());
  for (int i = 1; i < 20; ++i) {
    maps->replace(made_config_map("kept", std::to_string(i)).dump());
    EXPECT_EQ(mode_of(plane.settled_state(log, of_config_maps()), "kept"), std::to_string(i));
  }
  maps->remove("removed");
  EXPECT_FALSE(mode_of(plane.settled_state(log, of_config_maps()), "removed"));
  maps->create(made_config_map("removed", "again").dump());
  EXPECT_EQ(mode_of(plane.settled_state(log, of_config_maps()), "removed"), "again");
  ListOptions made;
  made.label_selector = made_here;
  maps->remove_collection(made);
  const Snapshot empty = plane.settled_state(log, of_config_maps());
  EXPECT_FALSE(mode_of(empty, "kept"));
  EXPECT_FALSE(mode_of(empty, "removed"));
}

TEST_F(LiveSettledState, IsQuiet) {
  const Plane plane = ready_plane("quiet");
  const RemovedAtEnd maps(config_maps(plane));
  maps->apply(made_config_map("menu", "on").dump());
  SettleOptions options = of_config_maps();
  options.quiet = std::chrono::milliseconds{300};
  EXPECT_EQ(mode_of(plane.settled_state(options), "menu"), "on");
}

TEST_F(LiveSettledState, HasAllTypesThatExistAndNoOthers) {
  const Plane plane = ready_plane("synced");
  StateOptions options;
  options.resources = {"jobs", "pods"};
  options.require_synced = true;
  options.timeout = patience;
  const Snapshot state = plane.state(options);
  EXPECT_TRUE(state.is_synced("jobs"));
  EXPECT_TRUE(state.is_synced("pods"));
  options.resources = {"podz"};
  EXPECT_THROW(static_cast<void>(plane.state(options)), NotFound);
}

}  // namespace
}  // namespace kplane::live
