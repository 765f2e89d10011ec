#include "local_server/rest/list_pages.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/continue_token.hpp"
#include "local_server/rest/object_answer.hpp"
#include "local_server/store/selectors.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::ordered_json;
using Objects = std::vector<ObjectPtr>;

constexpr const char kListExpired[] = "The resourceVersion for the provided list is too old.";
constexpr const char kTokenExpired[] =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list.";

std::string metadata_text(const ResourceType& type, const ListMetadata& metadata) {
  const std::string version = std::to_string(metadata.resource_version);
  ordered_json document = ordered_json::object();
  if (!type.custom) document["resourceVersion"] = version;
  if (type.custom || !metadata.continue_token.empty()) document["continue"] = metadata.continue_token;
  if (metadata.remaining_item_count) document["remainingItemCount"] = *metadata.remaining_item_count;
  if (type.custom) document["resourceVersion"] = version;
  return to_text(document);
}

std::string items_text(const ResourceType& type, const Objects& objects) {
  std::string text = "[";
  for (const auto& stored : objects) {
    if (text.size() > 1) text += ',';
    const ObjectPtr converted = served_form(type, *stored);
    const ObjectPtr& object = converted == nullptr ? stored : converted;
    if (type.custom) {
      text += object_text(type, *object);
    } else {
      object->append_text(text, ObjectForm::listed);
    }
  }
  return text + "]";
}

void undo(std::map<ObjectName, ObjectPtr>& objects, const WatchEvent& event) {
  if (event.before == nullptr) {
    objects.erase(name_of(*event.after));
  } else {
    objects[name_of(*event.before)] = event.before;
  }
}

/// The collection as it was at an earlier version. @return nullopt when that is forgotten
std::optional<Objects> objects_at(const Store& store, const ResourceType& type, const std::string& ns,
                                  const Listing& now, std::uint64_t version) {
  const auto events = store.watch_hub().events_between(type, version, now.resource_version);
  if (!events) return std::nullopt;
  std::map<ObjectName, ObjectPtr> objects;
  for (const auto& object : now.objects) objects.emplace(name_of(*object), object);
  for (auto event = events->rbegin(); event != events->rend(); ++event) {
    const ObjectPtr& object = event->before != nullptr ? event->before : event->after;
    if (ns.empty() || object->ns() == ns) undo(objects, *event);
  }
  Objects then;
  then.reserve(objects.size());
  for (auto& [name, object] : objects) then.push_back(std::move(object));
  return then;
}

// As keys in etcd are written, below the key of the collection.
std::string key_after(const StoredObject& object, bool with_namespace) {
  return (with_namespace ? "/" + object.ns() + "/" : "/") + object.name() + '\0';
}

ObjectName name_from_key(std::string key, const std::string& ns, bool with_namespace) {
  if (key.front() == '/') key.erase(0, 1);
  if (!with_namespace) return {ns, key};
  const std::size_t slash = std::min(key.find('/'), key.size());
  return {key.substr(0, slash), key.substr(std::min(slash + 1, key.size()))};
}

/// One read of a collection.
class ListRead {
 public:
  ListRead(const Store& store, const ResourceType& type, const std::string& ns, const Query& query)
      : store_(store), type_(type), ns_(ns), selection_(type, query), query_(parse_list_query(query)) {}

  [[nodiscard]] Answer answer() const {
    Listing listing = query_.continue_token.empty() ? first_listing() : continued_listing();
    keep_selected(listing.objects);
    const ListMetadata metadata = cut_to_page(listing);
    return {200, list_text(type_, listing.objects, metadata)};
  }

 private:
  [[nodiscard]] bool keys_with_namespace() const { return type_.namespaced && ns_.empty(); }

  // With a limit, a version is meant exactly unless said otherwise: the page that follows must fit to it.
  [[nodiscard]] bool wants_exact_version() const {
    if (query_.resource_version.value_or(0) == 0) return false;
    return query_.resource_version_match.empty() ? query_.limit > 0 : query_.resource_version_match == "Exact";
  }

  [[nodiscard]] Listing first_listing() const {
    Listing now = store_.list(type_, ns_);
    const std::uint64_t wanted = query_.resource_version.value_or(0);
    if (wanted > now.resource_version) {
      throw StatusError(too_large_resource_version(wanted, now.resource_version));
    }
    if (!wants_exact_version()) return now;
    auto objects = objects_at(store_, type_, ns_, now, wanted);
    if (!objects) throw StatusError(expired(kListExpired));
    return {std::move(*objects), wanted};
  }

  [[nodiscard]] Listing continued_listing() const {
    const ContinueToken token = valid_token();
    Listing now = store_.list(type_, ns_);
    if (token.version >= 0) now = earlier_listing(now, token);
    const ObjectName start = name_from_key(token.start, ns_, keys_with_namespace());
    const auto rest = std::find_if(now.objects.begin(), now.objects.end(),
                                   [&](const ObjectPtr& object) { return !(name_of(*object) < start); });
    now.objects.erase(now.objects.begin(), rest);
    return now;
  }

  [[nodiscard]] ContinueToken valid_token() const {
    if (query_.resource_version.value_or(0) != 0) {
      throw StatusError(bad_request("specifying resource version is not allowed when using continue"));
    }
    try {
      return decode_continue_token(query_.continue_token);
    } catch (const ContinueTokenError& error) {
      throw StatusError(bad_request(std::string("invalid continue token: ") + error.what()));
    }
  }

  [[nodiscard]] Listing earlier_listing(const Listing& now, const ContinueToken& token) const {
    const auto version = static_cast<std::uint64_t>(token.version);
    if (version > now.resource_version) throw StatusError(too_large_resource_version(version, now.resource_version));
    auto objects = objects_at(store_, type_, ns_, now, version);
    if (!objects) throw StatusError(expired(kTokenExpired, encode({ContinueToken::kNow, token.start})));
    return {std::move(*objects), version};
  }

  void keep_selected(Objects& objects) const {
    if (selection_.empty()) return;
    const auto end = std::remove_if(objects.begin(), objects.end(),
                                    [this](const ObjectPtr& object) { return !selection_.matches(*object); });
    objects.erase(end, objects.end());
  }

  [[nodiscard]] ListMetadata cut_to_page(Listing& listing) const {
    ListMetadata metadata{listing.resource_version, {}, std::nullopt};
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(query_.limit, 0));
    if (limit == 0 || listing.objects.size() <= limit) return metadata;
    if (selection_.empty()) metadata.remaining_item_count = listing.objects.size() - limit;
    listing.objects.resize(limit);
    metadata.continue_token = encode({static_cast<std::int64_t>(listing.resource_version),
                                      key_after(*listing.objects.back(), keys_with_namespace())});
    return metadata;
  }

  const Store& store_;
  const ResourceType& type_;
  const std::string& ns_;
  const Selection selection_;
  const ListQuery query_;
};

}  // namespace

std::string list_text(const ResourceType& type, const Objects& objects, const ListMetadata& metadata) {
  const std::string items = items_text(type, objects);
  const std::string list_metadata = metadata_text(type, metadata);
  if (type.custom) {
    return R"({"apiVersion":")" + api_version(type) + R"(","items":)" + items + R"(,"kind":")" + type.kind +
           R"(List","metadata":)" + list_metadata + "}\n";
  }
  return R"({"kind":")" + type.kind + R"(List","apiVersion":")" + api_version(type) + R"(","metadata":)" +
         list_metadata + R"(,"items":)" + items + "}\n";
}

Answer answer_list(const Store& store, const ResourceType& type, const std::string& ns, const Query& query) {
  return ListRead(store, type, ns, query).answer();
}

}  // namespace kplane::testing::server
