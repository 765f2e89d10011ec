// The contract's readiness rules.
#include "fleet_readiness.hpp"

#include <algorithm>

#include "codec/cluster_id.hpp"
#include "codec/excerpt.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_laggards = 5;

bool is_observed(const FleetRecord& fleet) noexcept {
  return fleet.status.observed_generation && *fleet.status.observed_generation >= fleet.generation;
}

std::string index_id(const std::string& prefix, std::int32_t index) {
  constexpr std::size_t digits = 4;
  const std::string number = std::to_string(index);
  return prefix + std::string(number.size() < digits ? digits - number.size() : 0, '0') + number;
}

std::vector<std::string> spec_ids(const FleetRecord& fleet) {
  if (!fleet.spec.names.empty()) return fleet.spec.names;
  const std::string prefix = fleet.spec.name_prefix.empty() ? fleet.name + "-" : fleet.spec.name_prefix;
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(fleet.spec.replicas));
  for (std::int32_t index = 0; index < fleet.spec.replicas; ++index) ids.push_back(index_id(prefix, index));
  return ids;
}

bool names_all_members(const FleetRecord& fleet) {
  const std::vector<FleetMember>& members = fleet.status.members;
  return is_observed(fleet) && members.size() == static_cast<std::size_t>(fleet.spec.replicas) &&
         std::none_of(members.begin(), members.end(), [](const auto& member) { return member.cluster_id.empty(); });
}

std::vector<std::string> member_ids(const FleetRecord& fleet) {
  std::vector<std::string> ids;
  ids.reserve(fleet.status.members.size());
  for (const FleetMember& member : fleet.status.members) ids.push_back(member.cluster_id);
  return ids;
}

std::string describe(const FleetMember& member) {
  std::string text = codec::excerpt(member.cluster_id) + " (" + codec::excerpt(member.phase);
  if (!member.message.empty()) text += ": " + codec::excerpt(member.message);
  return text + ')';
}

}  // namespace

bool is_ready(const FleetRecord& fleet) noexcept {
  const std::vector<FleetMember>& members = fleet.status.members;
  return is_observed(fleet) && members.size() == static_cast<std::size_t>(fleet.spec.replicas) &&
         std::all_of(members.begin(), members.end(),
                     [](const FleetMember& member) { return member.is_ready() && !member.cluster_id.empty(); });
}

bool is_refused(const FleetRecord& fleet) noexcept {
  const bool current = is_observed(fleet) || !fleet.status.observed_generation;
  const std::vector<FleetMember>& members = fleet.status.members;
  return current && members.size() == 1 && members.front().cluster_id.empty();
}

std::int32_t count_ready(const FleetRecord& fleet) noexcept {
  const std::vector<FleetMember>& members = fleet.status.members;
  return static_cast<std::int32_t>(std::count_if(members.begin(), members.end(), [](const FleetMember& member) {
    return member.is_ready() && !member.cluster_id.empty();
  }));
}

std::vector<std::string> plane_ids(const FleetRecord& fleet) {
  if (is_refused(fleet)) return {};
  std::vector<std::string> ids = names_all_members(fleet) ? member_ids(fleet) : spec_ids(fleet);
  const auto wrong = std::find_if_not(ids.begin(), ids.end(), codec::is_cluster_id);
  if (wrong != ids.end()) {
    throw DecodeError(
        "fleet " + fleet.name + ": the server says '" + codec::excerpt(*wrong) + "', which is no plane's ID", 0);
  }
  return ids;
}

FleetError refusal(const FleetRecord& fleet) {
  const FleetMember& refused = fleet.status.members.front();
  return FleetError("fleet " + fleet.name + ": the controller refused its spec: " + codec::excerpt(refused.message),
                    {{refused.cluster_id, refused.phase, refused.message}});
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
