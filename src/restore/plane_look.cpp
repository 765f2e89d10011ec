#include "restore/plane_look.hpp"

#include <algorithm>
#include <utility>

#include "resource/resource_path.hpp"
#include "restore/pristine.hpp"
#include "state/comparison_scope.hpp"
#include "state/state_text.hpp"
#include "state/type_names.hpp"

namespace kplane::detail {

PlaneLook::PlaneLook(const PlaneEndpoint& endpoint, std::vector<ListedType> listed, TimePoint deadline)
    : endpoint_(endpoint), listed_(std::move(listed)), deadline_(deadline) {}

PlaneLook::Calls PlaneLook::next_calls() {
  if (error_) return {};
  if (!std::exchange(has_begun_, true)) return first_calls();
  Calls calls;
  for (const codec::ServedType& type : custom_types(*state_)) {
    const ListedType name{type.api_version, type.plural};
    const bool is_shown = state_->by_resource(type.plural, api_group_of(type.api_version)) != nullptr;
    if (is_shown || asked_.count(name.api_version + ' ' + name.plural) != 0) continue;
    listed_.push_back(name);
    list(name, calls);
  }
  return calls;
}

PlaneLook::Calls PlaneLook::first_calls() {
  Calls calls;
  calls.push_back(std::make_unique<StateCall>(endpoint_, std::min(deadline_, endpoint_.core->deadline())));
  if (endpoint_.core->server_facts().version().empty()) calls.push_back(std::make_unique<VersionCall>(endpoint_));
  for (const ListedType& type : listed_) list(type, calls);
  return calls;
}

void PlaneLook::list(const ListedType& type, Calls& calls) {
  if (!asked_.insert(type.api_version + ' ' + type.plural).second) return;
  calls.push_back(std::make_unique<ListCall>(endpoint_, type));
}

void PlaneLook::take(Call& ended) {
  auto& read = static_cast<ReadCall&>(ended);
  if (read.error()) {
    error_ = read.error();
  } else if (auto* state = dynamic_cast<StateCall*>(&read)) {
    state_ = state->take_state();
  } else if (auto* list = dynamic_cast<ListCall*>(&read)) {
    lists_.push_back(list->take_type());
  }
}

Snapshot PlaneLook::take_state() { return with_types(*std::move(state_), std::move(lists_)); }

std::string unsynced_types(const Snapshot& state, const DiffOptions& ignored) {
  constexpr std::size_t most_shown = 5;
  const auto scope = ComparisonScope::of(ignored);
  std::vector<std::string> names;
  for (const SnapshotResource& type : state.resources) {
    if (!type.synced && scope->covers(type)) names.push_back(type_name(type));
  }
  return list_of_types(names, most_shown);
}

}  // namespace kplane::detail
