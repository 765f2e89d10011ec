#include "fleet/fleet_readiness.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/excerpt.hpp"
#include "codec/cluster_id.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_laggards = 5;

bool is_observed(const FleetRecord& fleet) noexcept {
  return fleet.status.observed_generation && *fleet.status.observed_generation >= fleet.generation;
}

std::vector<std::string> spec_ids(const FleetRecord& fleet) {
  if (!fleet.spec.names.empty()) return fleet.spec.names;
  if (fleet.spec.replicas > most_fleet_members) {
    throw FleetError(
        "fleet " + fleet.name + " has " + std::to_string(fleet.spec.replicas) +
            " replicas; its controller has not listed them and cannot store the status of more than about " +
            std::to_string(most_fleet_members) + ": scale it down",
        {});
  }
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(fleet.spec.replicas));
  for (std::int32_t i = 0; i < fleet.spec.replicas; ++i) ids.push_back(member_id(fleet.name, fleet.spec, i));
  return ids;
}

/// An ID that cannot be one of a Fleet's planes.
struct BadId {
  std::string_view id;
  std::string why;
};

std::optional<BadId> find_bad_id(std::vector<std::string_view> ids) {
  const auto wrong = std::find_if_not(ids.begin(), ids.end(), codec::is_cluster_id);
  if (wrong != ids.end()) {
    return BadId{*wrong,
                 "is not a valid plane ID: at most 63 letters, digits, '_', '.' and '-', that begin and end "
                 "with a letter or digit"};
  }
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end()) return BadId{*twice, "is the ID of two members"};
  return std::nullopt;
}

std::optional<BadId> find_bad_member(const std::vector<FleetMember>& members) {
  std::vector<std::string_view> ids;
  ids.reserve(members.size());
  for (const FleetMember& member : members) ids.push_back(member.cluster);
  return find_bad_id(std::move(ids));
}

bool names_all_members(const FleetRecord& fleet) {
  const std::vector<FleetMember>& members = fleet.status.members;
  return is_observed(fleet) && members.size() == static_cast<std::size_t>(fleet.spec.replicas) &&
         std::none_of(members.begin(), members.end(), [](const auto& member) { return member.cluster.empty(); });
}

std::vector<std::string> member_ids(const FleetRecord& fleet) {
  std::vector<std::string> ids;
  ids.reserve(fleet.status.members.size());
  for (const FleetMember& member : fleet.status.members) ids.push_back(member.cluster);
  return ids;
}

std::string describe(const FleetMember& member) {
  std::string text = excerpt(member.cluster) + " (" + excerpt(member.phase);
  if (!member.message.empty()) text += ": " + excerpt(member.message);
  return text + ')';
}

}  // namespace

bool is_ready(const FleetRecord& fleet) {
  const std::vector<FleetMember>& members = fleet.status.members;
  return is_observed(fleet) && members.size() == static_cast<std::size_t>(fleet.spec.replicas) &&
         std::all_of(members.begin(), members.end(), [](const FleetMember& member) { return member.is_ready(); }) &&
         !find_bad_member(members);
}

bool is_refused(const FleetRecord& fleet) noexcept {
  const bool current = is_observed(fleet) || !fleet.status.observed_generation;
  const std::vector<FleetMember>& members = fleet.status.members;
  return current && members.size() == 1 && members.front().cluster.empty();
}

std::int32_t count_ready(const FleetRecord& fleet) noexcept {
  const std::vector<FleetMember>& members = fleet.status.members;
  return static_cast<std::int32_t>(std::count_if(members.begin(), members.end(), [](const FleetMember& member) {
    return member.is_ready() && !member.cluster.empty();
  }));
}

std::vector<std::string> plane_ids(const FleetRecord& fleet) {
  if (is_refused(fleet)) return {};
  std::vector<std::string> ids = names_all_members(fleet) ? member_ids(fleet) : spec_ids(fleet);
  if (const auto bad = find_bad_id({ids.begin(), ids.end()})) {
    throw DecodeError("fleet " + fleet.name + ": the server returned '" + excerpt(bad->id) + "', which " + bad->why, 0);
  }
  return ids;
}

std::optional<FleetError> hopelessness(const FleetRecord& fleet) {
  if (is_refused(fleet)) return refusal(fleet);
  if (!names_all_members(fleet)) return std::nullopt;
  const auto bad = find_bad_member(fleet.status.members);
  if (!bad) return std::nullopt;
  const auto member = std::find_if(fleet.status.members.begin(), fleet.status.members.end(),
                                   [&](const FleetMember& each) { return each.cluster == bad->id; });
  return FleetError("fleet " + fleet.name + " cannot become ready: its member '" + excerpt(bad->id) + "' " + bad->why,
                    {{member->cluster, member->phase, member->message}});
}

FleetError refusal(const FleetRecord& fleet) {
  const FleetMember& refused = fleet.status.members.front();
  return FleetError("fleet " + fleet.name + ": the controller rejected its spec: " + excerpt(refused.message),
                    {{refused.cluster, refused.phase, refused.message}});
}

std::string describe_laggards(const FleetRecord& fleet) {
  if (fleet.status.members.empty()) return "the controller has not reported any member yet";
  std::string text;
  std::size_t unlisted = 0;
  std::size_t listed = 0;
  for (const FleetMember& member : fleet.status.members) {
    if (member.is_ready()) continue;
    if (listed == most_laggards) {
      ++unlisted;
      continue;
    }
    text += (listed++ == 0 ? "not ready: " : ", ") + describe(member);
  }
  if (unlisted > 0) text += " and " + std::to_string(unlisted) + " more";
  if (listed == 0) return "the controller has not seen the latest spec yet";
  return text;
}

}  // namespace kplane::detail
