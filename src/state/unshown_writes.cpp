#include "state/unshown_writes.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <kplane/resource_version.hpp>

#include "base/excerpt.hpp"
#include "resource/resource_path.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_described = 3;

using Name = std::pair<std::string_view, std::string_view>;  // namespace and name
using ByName = std::map<Name, std::size_t>;

bool is_same_type(const WrittenObject& a, const WrittenObject& b) noexcept {
  return a.plural == b.plural && api_group_of(a.api_version) == api_group_of(b.api_version);
}

/// Another object now has the name, and is newer than the last known version of the deleted one.
bool is_successor(const Object& seen, const WrittenObject& gone) {
  return !gone.uid.empty() && seen.uid() != gone.uid &&
         compare_resource_versions(seen.resource_version(), gone.version) == VersionOrder::newer;
}

bool is_shown(const WrittenObject& written, const Object* seen) {
  switch (written.how) {
    case Written::stored:
    case Written::marked:
      return seen != nullptr && shows_version(seen->resource_version(), written.version);
    case Written::gone:
      return seen == nullptr || is_successor(*seen, written);
    case Written::unknown:
      break;
  }
  return false;
}

void add_unshown(std::vector<UnshownWrite>& unshown, const SnapshotResource& resource,
                 const std::vector<WrittenObject>& writes, std::size_t begin, std::size_t end) {
  ByName wanted;
  for (std::size_t i = begin; i < end; ++i) wanted.emplace(Name(writes[i].ns, writes[i].name), i);
  std::vector<const Object*> seen(end - begin);
  for (const Object& object : resource.items) {
    const auto found = wanted.find(Name(object.ns(), object.name()));
    if (found != wanted.end()) seen[found->second - begin] = &object;
  }
  for (std::size_t i = begin; i < end; ++i) {
    const Object* object = seen[i - begin];
    if (is_shown(writes[i], object)) continue;
    unshown.push_back(
        {i, object != nullptr, object == nullptr ? std::string() : std::string(object->resource_version())});
  }
}

std::string describe(const WrittenObject& written, const UnshownWrite& unshown) {
  std::string text = written.plural + ' ';
  if (!written.ns.empty()) text += excerpt(written.ns) + '/';
  text += excerpt(written.name);
  if (written.how == Written::unknown) return text + " (the answer was lost, so it is unknown whether it was written)";
  if (written.how == Written::gone) return text + " (deleted, but still shown)";
  text += " at resource version " + excerpt(written.version);
  return text + (unshown.is_seen ? " (it shows " + excerpt(unshown.seen_version) + ')' : " (it does not show it)");
}

}  // namespace

std::vector<UnshownWrite> unshown_writes(const Snapshot& state, const std::vector<WrittenObject>& writes) {
  std::vector<UnshownWrite> unshown;
  for (std::size_t begin = 0, end = 0; begin < writes.size(); begin = end) {
    while (end < writes.size() && is_same_type(writes[begin], writes[end])) ++end;
    const SnapshotResource* resource = state.by_resource(writes[begin].plural, api_group_of(writes[begin].api_version));
    if (resource != nullptr) add_unshown(unshown, *resource, writes, begin, end);
  }
  return unshown;
}

bool may_be_overtaken(const WrittenObject& written, const UnshownWrite& unshown) noexcept {
  if (written.how == Written::unknown) return true;
  if (written.how == Written::gone || !unshown.is_seen) return unshown.is_seen != (written.how != Written::gone);
  return compare_resource_versions(unshown.seen_version, written.version) == VersionOrder::unordered;
}

std::string describe(const std::vector<WrittenObject>& writes, const std::vector<UnshownWrite>& unshown) {
  std::string text;
  for (std::size_t i = 0; i < unshown.size() && i < most_described; ++i) {
    text += (i == 0 ? "" : ", ") + describe(writes[unshown[i].index], unshown[i]);
  }
  if (unshown.size() > most_described) text += " and " + std::to_string(unshown.size() - most_described) + " more";
  return text;
}

}  // namespace kplane::detail
