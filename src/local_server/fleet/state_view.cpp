#include "local_server/fleet/state_view.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <string_view>
#include <vector>

#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/fleet/internal_layout.hpp"
#include "local_server/schema/events.hpp"

namespace kplane::testing::server {
namespace {

using Items = std::vector<ObjectView>;

// The values that Go's strconv.ParseBool accepts.
std::optional<bool> parse_flag(const std::map<std::string, std::string>& query, const char* name) {
  static const std::set<std::string> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
  static const std::set<std::string> kFalse = {"0", "f", "F", "false", "FALSE", "False"};
  const auto found = query.find(name);
  if (found == query.end() || kFalse.count(found->second) > 0) return false;
  if (kTrue.count(found->second) > 0) return true;
  return std::nullopt;
}

std::set<std::string> split_names(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) names.emplace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

// One shuffle per seed, rotated by one at every read, so two consecutive reads never have the same order.
void disorder(Items& items, std::uint64_t seed, std::uint64_t read) {
  if (items.size() < 2) return;
  std::minstd_rand engine(static_cast<std::minstd_rand::result_type>(seed + items.size()));
  std::shuffle(items.begin(), items.end(), engine);
  const auto turn = static_cast<Items::difference_type>(read % items.size());
  std::rotate(items.begin(), items.begin() + turn, items.end());
}

void append_item(std::string& body, const ObjectView& object, bool internal) {
  if (!internal) {
    object.append_text(body, ObjectForm::item);
    return;
  }
  std::string item;
  object.append_text(item, ObjectForm::item);
  body += to_text(internal_layout(nlohmann::json::parse(item)));
}

void append_items(std::string& body, const Items& items, bool internal) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) body += ',';
    append_item(body, items[i], internal);
  }
}

void append_resource(std::string& body, const ResourceType& type, bool synced, const Items& items, bool internal) {
  body += R"({"group":")" + type.group + R"(","resource":")" + type.resource + R"(","synced":)";
  body += synced ? "true" : "false";
  body += R"(,"itemCount":)" + std::to_string(items.size()) + R"(,"items":[)";
  append_items(body, items, internal);
  body += "]}";
}

}  // namespace

std::optional<StateQuery> parse_state_query(const std::map<std::string, std::string>& query) {
  const auto include_empty = parse_flag(query, "includeEmpty");
  const auto warm = parse_flag(query, "warm");
  if (!include_empty || !warm) return std::nullopt;
  StateQuery parsed{std::nullopt, *include_empty, *warm};
  const auto resources = query.find("resource");
  if (resources != query.end() && !resources->second.empty()) parsed.resources = split_names(resources->second);
  return parsed;
}

Answer StateView::answer(Plane& plane, const StateQuery& query) const {
  const auto now = std::chrono::system_clock::now();
  const Informers::View view = plane.informers().look(query.warm);
  const std::set<std::string> unsynced = script_.unsynced(plane.cluster());
  constexpr std::size_t kFreshPlane = std::size_t{64} << 10U;
  std::string body;
  body.reserve(kFreshPlane);
  body += R"({"cluster":")" + plane.cluster() + R"(","snapshotTime":")" + rfc3339(now) + R"(","liveResources":)" +
          std::to_string(view.live->size()) + R"(,"resources":)";
  const std::size_t begin = body.size();
  for (const auto& [key, type] : *view.live) {
    if (query.resources && query.resources->count(key.resource) == 0) continue;
    const bool synced = view.starting.count(key) == 0 && unsynced.count(key.resource) == 0;
    Items items = synced ? plane.store().informed_views(*type) : Items{};
    if (items.empty() && !query.include_empty) continue;
    if (is_stored_otherwise(*type)) {
      for (auto& item : items) item = item.served_as(*type);
    }
    disorder(items, options_.seed, view.read);
    body += body.size() == begin ? '[' : ',';
    append_resource(body, *type, synced, items, options_.internal_layout);
  }
  body += body.size() == begin ? "null}\n" : "]}\n";
  return {200,
          std::move(body),
          kJsonType,
          {{"X-Snapshot-Cluster", plane.cluster()}, {"X-Snapshot-Time", rfc3339_nano(now)}}};
}

}  // namespace kplane::testing::server
