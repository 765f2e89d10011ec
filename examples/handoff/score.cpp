#include "score.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <kplane/object.hpp>
#include <kplane/snapshot.hpp>

namespace handoff {

namespace {

using namespace std::chrono_literals;

struct Goal {
  std::string_view resource;
  std::string_view name;
  bool (*is_met_by)(const kplane::Object&);
};

constexpr std::array<Goal, 3> kGoals{{
    {"configmaps", "settings",
     [](const kplane::Object& map) { return map.get<std::string_view>("/data/mode") == "open"; }},
    {"deployments", "web",
     [](const kplane::Object& web) { return web.get<std::int64_t>("/spec/replicas").value_or(0) >= 3; }},
    {"services", "web", [](const kplane::Object& web) { return !web.elements("/spec/ports").empty(); }},
}};

bool is_reached(const Goal& goal, const kplane::Snapshot& state) {
  const auto* resource = state.by_resource(goal.resource);
  return resource != nullptr &&
         std::any_of(resource->items.begin(), resource->items.end(), [&goal](const kplane::Object& object) {
           return object.name() == goal.name && object.ns() == "default" && goal.is_met_by(object);
         });
}

/// Whether the server has listed this type: before that, an absent object may still exist.
bool is_known(const Goal& goal, const kplane::Snapshot& state) { return state.is_synced(goal.resource); }

kplane::Snapshot complete_state(const kplane::Plane& plane) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline) {
    kplane::Snapshot state =
        plane.state({.resources = {"configmaps", "deployments", "services"}, .include_empty = true, .warm = true});
    const auto known = [&state](const Goal& goal) { return is_known(goal, state); };
    if (std::all_of(kGoals.begin(), kGoals.end(), known)) return state;
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error(plane.cluster() + ": the server did not finish listing the scored types");
}

}  // namespace

std::size_t goal_count() { return kGoals.size(); }

std::size_t score(const kplane::Plane& plane) {
  const kplane::Snapshot state = complete_state(plane);
  const auto reached =
      std::count_if(kGoals.begin(), kGoals.end(), [&state](const Goal& goal) { return is_reached(goal, state); });
  return static_cast<std::size_t>(reached);
}

}  // namespace handoff
