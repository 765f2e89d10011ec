// What runs record in the root plane, and what a sweep makes of it.
#include <kplane/rl/rl.hpp>

#include "live.hpp"
#include "rl/root_plane.hpp"

namespace kplane::live {
namespace {

/// In a namespace of its own: others may have runs on this server.
class LiveRun : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    ns_ = unique("runs");
    root().resource("v1", "namespaces").create(made_object("v1", "Namespace", ns_).dump());
  }
  void TearDown() override {
    if (!ns_.empty()) root().remove_namespace(ns_);
  }

  [[nodiscard]] Plane root() const { return client().root_plane(); }
  [[nodiscard]] Resource ledgers() const { return root().resource("v1", "configmaps").in(ns_); }

  /// With a mailbox of one of its ranks.
  void record_dead_run(const std::string& run, const std::string& plane) const {
    tests::record_dead_run(client(), run, plane, ns_);
    nlohmann::json mailbox = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}};
    mailbox["metadata"] = {{"name", "kplane-rank-" + run}, {"labels", {{"kplane.dev/rank-of", run}}}};
    ledgers().create(mailbox.dump());
  }

  [[nodiscard]] std::vector<rl::SweptRun> sweep() const {
    rl::SweepOptions options;
    options.ns = ns_;
    return rl::sweep(client(), options);
  }

  [[nodiscard]] std::size_t record_count() const {
    std::size_t count = 0;
    for (const Resource& records : {ledgers(), tests::leases(client(), ns_)}) {
      for (const Object& object : records.list()) count += object.name().substr(0, 7) == "kplane-" ? 1 : 0;
    }
    return count;
  }

  std::string ns_;
};

TEST_F(LiveRun, ThatIsClosedLeavesNothing) {
  const Plane plane = ready_plane("run");
  rl::RunOptions options;
  options.ns = ns_;
  options.name = "closed";
  rl::Run run(client(), options);
  const Plane mine = run.plane(plane.cluster());
  config_maps(mine).create(made_config_map("menu", "on").dump());
  EXPECT_EQ(record_count(), 2U);
  run.close();
  EXPECT_FALSE(config_maps(plane).find("menu"));
  EXPECT_EQ(record_count(), 0U);
}

TEST_F(LiveRun, ThatDiedIsSweptWithOthers) {
  const Plane shared = ready_plane("shared");
  const Plane single = ready_plane("single");
  config_maps(shared).create(made_config_map("menu", "on").dump());
  config_maps(single).create(made_config_map("menu", "on").dump());
  record_dead_run("a-1", shared.cluster());
  record_dead_run("b-1", shared.cluster());
  record_dead_run("c-1", single.cluster());
  const std::vector<rl::SweptRun> swept = sweep();
  ASSERT_EQ(swept.size(), 3U);
  for (const rl::SweptRun& one : swept) EXPECT_EQ(one.state, rl::RunState::swept) << one.error;
  EXPECT_EQ(swept[0].planes, std::vector<std::string>{shared.cluster()});
  EXPECT_EQ(swept[1].planes, std::vector<std::string>{shared.cluster()});
  EXPECT_EQ(swept[2].planes, std::vector<std::string>{single.cluster()});
  EXPECT_FALSE(config_maps(shared).find("menu"));
  EXPECT_FALSE(config_maps(single).find("menu"));
  EXPECT_EQ(record_count(), 0U) << "mailboxes too";
  EXPECT_TRUE(sweep().empty());
}

}  // namespace
}  // namespace kplane::live
