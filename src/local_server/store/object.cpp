#include "local_server/store/object.hpp"

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

std::string text_without(const json& value, const char* field) {
  if (field == nullptr || !value.is_object() || !value.contains(field)) return to_text(value);
  json rest = value;
  rest.erase(field);
  return to_text(rest);
}

/// An object's text without its envelope, and without one field of its metadata.
std::string text_of_fields(const json& object, const char* metadata_field) {
  std::string text = "{";
  for (const auto& [field, value] : object.items()) {
    if (field == "apiVersion" || field == "kind") continue;
    if (text.size() > 1) text += ',';
    text += to_text(json(field)) + ":";
    text += field == "metadata" ? text_without(value, metadata_field) : to_text(value);
  }
  return text + '}';
}

}  // namespace

std::int64_t StoredObject::generation() const {
  const auto metadata = value_.find("metadata");
  if (metadata == value_.end()) return 0;
  const auto found = metadata->find("generation");
  return found != metadata->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const std::string& StoredObject::item_text() const {
  std::call_once(item_text_made_, [this] { item_text_ = text_of_fields(value_, "managedFields"); });
  return item_text_;
}

std::string StoredObject::list_text() const { return text_of_fields(value_, nullptr); }

std::string StoredObject::metadata_string(const char* field) const {
  const auto metadata = value_.find("metadata");
  return metadata == value_.end() ? std::string{} : string_member(*metadata, field);
}

}  // namespace kplane::testing::server
