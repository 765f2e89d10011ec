#include <kplane/rl/fleet_group.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::rl {

namespace {

using std::chrono::milliseconds;

constexpr const char* group_label = "kplane.dev/fleet-group";
constexpr const char* capacity_annotation = "kplane.dev/planes-per-fleet";
constexpr std::int32_t most_planes_per_fleet = 4'000;  // of which Client::create_fleet() does not warn
constexpr std::size_t longest_group_name = 54;         // a plane of Fleet 000 has nine more characters

FleetSpec checked(FleetSpec spec, std::string_view name, const FleetGroupOptions& options) {
  if (name.size() > longest_group_name) {
    throw ConfigError("a FleetGroup's name has at most " + std::to_string(longest_group_name) + " characters");
  }
  if (options.planes_per_fleet < 1 || options.planes_per_fleet > most_planes_per_fleet) {
    throw ConfigError("FleetGroupOptions::planes_per_fleet is " + std::to_string(options.planes_per_fleet) +
                      "; it must be from 1 to " + std::to_string(most_planes_per_fleet));
  }
  if (spec.replicas < 0) throw ConfigError("FleetSpec::replicas must be 0 or more");
  if (spec.labels.count(group_label) > 0) {
    throw ConfigError(std::string("FleetSpec::labels must not have ") + group_label + ": a FleetGroup sets it");
  }
  if (spec.names.empty()) return spec;
  if (spec.replicas != 0 && static_cast<std::size_t>(spec.replicas) != spec.names.size()) {
    throw ConfigError("FleetSpec::replicas and names disagree: leave replicas out, or make them agree");
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& each : spec.names) {
    if (!seen.insert(each).second) throw ConfigError("FleetSpec::names has a name twice: " + each);
  }
  spec.replicas = static_cast<std::int32_t>(spec.names.size());
  return spec;
}

std::string numbered(const std::string& text, std::size_t index) {
  constexpr std::size_t digits = 3;
  std::string number = std::to_string(index);
  if (number.size() < digits) number.insert(0, digits - number.size(), '0');
  return text + number;
}

/// The index in a Fleet's name; none: it is not of this group's making.
std::optional<std::size_t> index_of(const std::string& fleet, const std::string& group) {
  const std::string before = group + '-';
  if (fleet.rfind(before, 0) != 0) return std::nullopt;
  std::size_t index = 0;
  const char* const end = fleet.data() + fleet.size();
  const auto [after, error] = std::from_chars(fleet.data() + before.size(), end, index);
  if (error != std::errc() || after != end) return std::nullopt;
  return index;
}

std::int32_t capacity_of(const FleetSpec& spec) {
  const auto found = spec.annotations.find(capacity_annotation);
  if (found == spec.annotations.end()) return FleetGroupOptions().planes_per_fleet;
  const std::string& text = found->second;
  std::int32_t capacity = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), capacity);
  const bool is_capacity = error == std::errc() && capacity >= 1 && capacity <= most_planes_per_fleet;
  return is_capacity ? capacity : FleetGroupOptions().planes_per_fleet;
}

/// What the Fleets of a group have in common, as one of them has it.
FleetSpec common_spec(const Fleet& fleet, const std::string& group) {
  FleetSpec spec = fleet.spec();
  spec.labels.erase(group_label);
  spec.labels.erase("app.kubernetes.io/managed-by");
  spec.annotations.erase(capacity_annotation);
  spec.names.clear();
  const std::string ending = numbered({}, index_of(fleet.name(), group).value_or(0)) + '-';
  const std::size_t size = spec.name_prefix.size();
  if (size >= ending.size()) spec.name_prefix.resize(size - ending.size());
  return spec;
}

}  // namespace

FleetGroup::FleetGroup(Client client, std::string name, FleetSpec spec, std::int32_t planes_per_fleet)
    : client_(std::move(client)), name_(std::move(name)), spec_(std::move(spec)), planes_per_fleet_(planes_per_fleet) {}

FleetGroup create_fleet_group(const Client& client, std::string_view name, const FleetSpec& spec,
                              const FleetGroupOptions& options) {
  FleetSpec wanted = checked(spec, name, options);
  const std::int32_t replicas = wanted.replicas;
  FleetGroup group(client, std::string(name), std::move(wanted), options.planes_per_fleet);
  try {
    group.add_fleets(replicas);
  } catch (...) {
    group.remove_quietly();
    throw;
  }
  return group;
}

std::optional<FleetGroup> find_fleet_group(const Client& client, std::string_view name) {
  ListOptions which;
  which.label_selector = std::string(group_label) + '=' + std::string(name);
  std::vector<Fleet> fleets;
  const std::string group(name);
  for (const Fleet& fleet : client.list_fleets(which)) {
    if (index_of(fleet.name(), group)) fleets.push_back(fleet);
  }
  if (fleets.empty()) return std::nullopt;
  std::sort(fleets.begin(), fleets.end(),
            [&](const Fleet& a, const Fleet& b) { return *index_of(a.name(), group) < *index_of(b.name(), group); });
  FleetGroup found(client, group, common_spec(fleets.front(), group), capacity_of(fleets.front().spec()));
  found.fleets_ = std::move(fleets);
  return found;
}

std::int64_t FleetGroup::replicas() const noexcept {
  std::int64_t sum = 0;
  for (const Fleet& fleet : fleets_) sum += fleet.spec().replicas;
  return sum;
}

bool FleetGroup::is_ready() const {
  return std::all_of(fleets_.begin(), fleets_.end(), [](const Fleet& fleet) { return fleet.is_ready(); });
}

Vector<Plane> FleetGroup::planes() const {
  Vector<Plane> all;
  all.reserve(static_cast<std::size_t>(replicas()));
  for (const Fleet& fleet : fleets_) {
    const Vector<Plane> planes = fleet.planes();
    all.insert(all.end(), planes.begin(), planes.end());
  }
  return all;
}

Vector<StateResult> FleetGroup::states(const StateOptions& options, const BatchOptions& batch) const {
  return client_.states(planes(), options, batch);
}

void FleetGroup::for_each_state(const std::function<void(StateResult)>& fn, const StateOptions& options,
                                const BatchOptions& batch) const {
  client_.for_each_state(planes(), fn, options, batch);
}

void FleetGroup::wait_until_ready(const WaitOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  };
  const auto desired = static_cast<std::int32_t>(replicas());
  std::int32_t ready_before = 0;
  for (Fleet& fleet : fleets_) {
    WaitOptions wait = options;
    wait.timeout = std::max(options.timeout - elapsed(), milliseconds(0));
    if (options.on_progress) {
      wait.on_progress = [&](std::int32_t ready, std::int32_t /*desired*/, milliseconds /*elapsed*/) {
        options.on_progress(ready_before + ready, desired, elapsed());
      };
    }
    fleet.wait_until_ready(wait);
    ready_before += fleet.spec().replicas;
  }
}

FleetGroup& FleetGroup::refresh() {
  for (Fleet& fleet : fleets_) fleet.refresh();
  return *this;
}

FleetGroup& FleetGroup::scale(std::int32_t replicas) {
  if (replicas < 0) throw ConfigError("replicas is " + std::to_string(replicas) + "; it must be 0 or more");
  if (!fleets_.front().spec().names.empty()) {
    if (replicas == this->replicas()) return *this;
    throw ConfigError("the Fleets of group " + name_ + " have explicit names; it cannot be scaled by number");
  }
  while (fleets_.size() > 1 && share_of(fleets_.size() - 1, replicas) == 0) {
    fleets_.back().remove();
    fleets_.pop_back();
  }
  for (std::size_t i = 0; i < fleets_.size(); ++i) {
    if (fleets_[i].spec().replicas != share_of(i, replicas)) fleets_[i].scale(share_of(i, replicas));
  }
  add_fleets(replicas);
  return *this;
}

bool FleetGroup::remove() const {
  bool is_removed = false;
  std::shared_ptr<const Error> failure;
  for (const Fleet& fleet : fleets_) {
    try {
      is_removed = fleet.remove() || is_removed;
    } catch (const Error& error) {
      if (!failure) failure = error.share();
    }
  }
  if (failure) failure->raise();
  return is_removed;
}

void FleetGroup::remove_quietly() const noexcept {
  try {
    remove();
  } catch (...) {  // the original error is more useful
    return;
  }
}

std::int32_t FleetGroup::share_of(std::size_t index, std::int32_t replicas) const noexcept {
  const std::int64_t before = static_cast<std::int64_t>(index) * planes_per_fleet_;
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(std::int64_t{replicas} - before, 0, std::int64_t{planes_per_fleet_}));
}

/// There is always one, if only to say that the group exists.
void FleetGroup::add_fleets(std::int32_t replicas) {
  while (fleets_.empty() || share_of(fleets_.size(), replicas) > 0) {
    const std::size_t index = fleets_.empty() ? 0 : index_of(fleets_.back().name(), name_).value_or(0) + 1;
    fleets_.push_back(client_.create_fleet(numbered(name_ + '-', index), next_spec(index, replicas)));
  }
}

FleetSpec FleetGroup::next_spec(std::size_t index, std::int32_t replicas) const {
  FleetSpec spec = spec_;
  spec.replicas = share_of(fleets_.size(), replicas);
  spec.labels[group_label] = name_;
  spec.annotations[capacity_annotation] = std::to_string(planes_per_fleet_);
  if (!spec.name_prefix.empty()) spec.name_prefix = numbered(spec.name_prefix, index) + '-';
  if (spec.names.empty()) return spec;
  const auto begin = spec_.names.begin() + static_cast<std::ptrdiff_t>(fleets_.size()) * planes_per_fleet_;
  spec.names.assign(begin, begin + spec.replicas);
  return spec;
}

}  // namespace kplane::rl
