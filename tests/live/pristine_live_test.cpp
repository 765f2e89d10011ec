// Episodes that begin again, on a server without controllers.
#include <gmock/gmock.h>

#include <string>

#include "live.hpp"
#include "support/shop.hpp"

namespace kplane::live {
namespace {

using LivePristine = LiveTest;
using ::testing::IsEmpty;

StateOptions with_things() {
  StateOptions options;
  options.warm = true;
  options.listed_types = {{"example.com/v1", "things"}};
  return options;
}

/// Without what the server itself keeps up to date, which a Baseline leaves alone. The address of the server, too,
/// where each plane is a process of its own.
std::vector<std::string> differences(const Snapshot& before, const Snapshot& after) {
  DiffOptions options;
  options.ignored_types = {"apiservices.apiregistration.k8s.io", "ipaddresses.networking.k8s.io", "endpoints",
                           "endpointslices.discovery.k8s.io"};
  options.ignored_fields = {"/spec/ports/*/targetPort"};
  std::vector<std::string> found;
  for (const Change& change : diff(before, after, options)) {
    found.push_back(change.resource + ' ' + change.name + (change.pointers.empty() ? "" : change.pointers.front()));
  }
  return found;
}

TEST_F(LivePristine, EverythingThatAnAgentCanDoIsUndone) {
  const Plane plane = ready_plane("pristine");
  once_served([&] { tests::build_shop(plane); });
  const Baseline baseline = plane.baseline();
  for (int episode = 0; episode < 2; ++episode) {
    tests::ravage(plane);
    RestoreOptions options;
    options.quiet = std::chrono::milliseconds{100};
    plane.restore(baseline, options);
    plane.verify_pristine(baseline);
    EXPECT_THAT(differences(baseline.state(), plane.state(with_things())), IsEmpty());
  }
  EXPECT_TRUE(plane.resource("v1", "namespaces").remove("shop").lingers());
  plane.restore(baseline);
  EXPECT_THAT(differences(baseline.state(), plane.state(with_things())), IsEmpty());
  plane.resource("apiextensions.k8s.io/v1", "customresourcedefinitions").remove("things.example.com");
  plane.restore(baseline);
  EXPECT_THAT(differences(baseline.state(), plane.state(with_things())), IsEmpty());
}

TEST_F(LivePristine, LivePlaneIsForkedAndPurged) {
  const Plane plane = ready_plane("forked");
  once_served([&] { tests::build_shop(plane); });
  const Snapshot source = plane.baseline().state();
  const Plane fork = ready_plane("fork");
  fork.apply(plane.manifests(source)).raise_if_failed();
  EXPECT_THAT(differences(source, fork.baseline().state()), IsEmpty());
  for (const Plane& used : {plane, fork}) {
    used.purge();
    EXPECT_THAT(used.purge().undone(), IsEmpty());
    EXPECT_FALSE(used.resource("v1", "namespaces").find("shop"));
  }
}

}  // namespace
}  // namespace kplane::live
