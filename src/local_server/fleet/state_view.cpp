#include "local_server/fleet/state_view.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string_view>
#include <utility>
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
void shuffle(Items& items, std::uint64_t seed) {
  if (items.size() < 2) return;
  std::minstd_rand engine(static_cast<std::minstd_rand::result_type>(seed + items.size()));
  std::shuffle(items.begin(), items.end(), engine);
}

void rotate(Items& items, std::uint64_t read) {
  if (items.size() < 2) return;
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

EncodedItems encoded(const Items& items, std::uint64_t version, bool internal) {
  EncodedItems encoded{version, {}, {}};
  encoded.ends.reserve(items.size());
  for (const ObjectView& item : items) {
    append_item(encoded.text, item, internal);
    encoded.text += ',';
    encoded.ends.push_back(encoded.text.size());
  }
  encoded.text.shrink_to_fit();
  return encoded;
}

void begin_resource(std::string& body, const ResourceType& type, bool synced, std::size_t count) {
  body.append(R"({"group":")").append(type.group).append(R"(","resource":")").append(type.resource);
  body.append(synced ? R"(","synced":true,"itemCount":)" : R"(","synced":false,"itemCount":)");
  body.append(std::to_string(count)).append(R"(,"items":[)");
}

/// One read of a plane: what is kept of it, and what will be.
class PlaneRead {
 public:
  PlaneRead(const StateViewOptions& options, StateCache& cache, const Plane& plane, const Store& store)
      : options_(options), cache_(cache), plane_(plane), store_(store), kept_(cache.find(plane)) {
    // Before anything else is looked at, so that what is kept is never said to be newer than it is.
    version_ = store.informed_version();
  }

  /// Appends the items of a type in the form of `/state`, unless there are none and these are left out.
  void append(std::string& body, const ResourceType& type, std::uint64_t read, bool include_empty, char separator) {
    if (const EncodedItems* kept = kept_items(type)) {
      return append(body, type, *kept, read, include_empty, separator);
    }
    Informed informed = store_.informed(type);
    if (is_stored_otherwise(type)) {
      for (auto& item : informed.objects) item = item.served_as(type);
    }
    shuffle(informed.objects, options_.seed);
    if (is_read_again(informed)) {
      auto items =
          std::make_shared<const EncodedItems>(encoded(informed.objects, *informed.version, options_.internal_layout));
      append(body, type, *items, read, include_empty, separator);
      added_.emplace_back(&type, std::move(items));
      return;
    }
    if (informed.objects.empty() && !include_empty) return;
    rotate(informed.objects, read);
    body += separator;
    begin_resource(body, type, true, informed.objects.size());
    for (std::size_t i = 0; i < informed.objects.size(); ++i) {
      if (i > 0) body += ',';
      append_item(body, informed.objects[i], options_.internal_layout);
    }
    body += "]}";
  }

  /// Room for the items that are kept, and for an envelope.
  [[nodiscard]] std::size_t expected_size() const {
    constexpr std::size_t envelope = std::size_t{16} << 10U;
    constexpr std::size_t fresh_plane = std::size_t{64} << 10U;
    return kept_ == nullptr ? fresh_plane : std::max(fresh_plane, kept_->text_size() + envelope);
  }

  /// Keeps what was encoded, for the next read.
  void finish() {
    if (!version_ || (kept_ != nullptr && kept_->version == *version_ && added_.empty())) return;
    auto now = std::make_shared<EncodedPlane>();
    now->version = *version_;
    if (kept_ != nullptr) {
      for (const auto& [type, items] : kept_->types) {
        if (store_.informed_version(*type) == items->version) now->types.emplace(type, items);
      }
    }
    for (auto& [type, items] : added_) now->types.insert_or_assign(type, std::move(items));
    cache_.put(plane_, std::move(now));
  }

 private:
  [[nodiscard]] const EncodedItems* kept_items(const ResourceType& type) const {
    if (kept_ == nullptr || !version_) return nullptr;
    const EncodedItems* items = kept_->find(type);
    if (items == nullptr || kept_->version == *version_) return items;
    return store_.informed_version(type) == items->version ? items : nullptr;
  }

  /// Whether the objects are those of the read before this. What is read once only is not worth keeping.
  [[nodiscard]] bool is_read_again(const Informed& informed) const {
    return version_ && kept_ != nullptr && informed.version && *informed.version <= kept_->version;
  }

  static void append(std::string& body, const ResourceType& type, const EncodedItems& items, std::uint64_t read,
                     bool include_empty, char separator) {
    if (items.ends.empty() && !include_empty) return;
    body += separator;
    begin_resource(body, type, true, items.ends.size());
    items.append_to(body, read);
    body += "]}";
  }

  const StateViewOptions& options_;
  StateCache& cache_;
  const Plane& plane_;
  const Store& store_;
  const std::shared_ptr<const EncodedPlane> kept_;
  std::optional<std::uint64_t> version_;
  std::vector<std::pair<const ResourceType*, std::shared_ptr<const EncodedItems>>> added_;
};

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
  PlaneRead read(options_, cache_, plane, plane.store());
  std::string body;
  body.reserve(read.expected_size());
  body += R"({"cluster":")" + plane.cluster() + R"(","snapshotTime":")" + rfc3339(now) + R"(","liveResources":)" +
          std::to_string(view.live->size()) + R"(,"resources":)";
  const std::size_t begin = body.size();
  for (const auto& [key, type] : *view.live) {
    if (query.resources && query.resources->count(key.resource) == 0) continue;
    const char separator = body.size() == begin ? '[' : ',';
    if (view.starting.count(key) == 0 && unsynced.count(key.resource) == 0) {
      read.append(body, *type, view.read, query.include_empty, separator);
    } else if (query.include_empty) {
      body += separator;
      begin_resource(body, *type, false, 0);
      body += "]}";
    }
  }
  read.finish();
  body += body.size() == begin ? "null}\n" : "]}\n";
  return {200,
          std::move(body),
          kJsonType,
          {{"X-Snapshot-Cluster", plane.cluster()}, {"X-Snapshot-Time", rfc3339_nano(now)}}};
}

}  // namespace kplane::testing::server
