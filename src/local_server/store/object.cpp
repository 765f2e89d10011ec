#include "local_server/store/object.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/schema/events.hpp"
#include "local_server/store/shared_object.hpp"

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

const json& StoredObject::value() const {
  if (shared_ != nullptr) {
    std::call_once(value_made_, [this] { value_ = shared_->value(own_values(*origin_, index_)); });
  }
  return value_;
}

const json& StoredObject::content() const noexcept { return shared_ == nullptr ? value_ : shared_->content(); }

std::string StoredObject::uid() const {
  return shared_ == nullptr ? string_at("uid") : origin_->identifiers.uuid(index_);
}

std::string StoredObject::resource_version() const {
  return shared_ == nullptr ? string_at("resourceVersion") : own_values(*origin_, index_).resource_version;
}

std::int64_t StoredObject::generation() const {
  const auto metadata = content().find("metadata");
  if (metadata == content().end()) return 0;
  const auto found = metadata->find("generation");
  return found != metadata->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

void StoredObject::append_text(std::string& text, ObjectForm form) const {
  if (shared_ != nullptr) {
    shared_->append_text(text, form, own_values(*origin_, index_));
  } else if (form == ObjectForm::whole) {
    text += to_text(value_);
  } else if (form == ObjectForm::listed) {
    text += text_of_fields(value_, nullptr);
  } else {
    std::call_once(item_text_made_, [this] { item_text_ = text_of_fields(value_, "managedFields"); });
    text += item_text_;
  }
}

std::shared_ptr<const StoredObject> StoredObject::served_as(const ResourceType& type) const {
  std::call_once(served_made_, [&] { served_ = std::make_shared<const StoredObject>(as_served(type, value())); });
  return served_;
}

std::string StoredObject::string_at(const char* field) const {
  const auto metadata = content().find("metadata");
  return metadata == content().end() ? std::string{} : string_member(*metadata, field);
}

}  // namespace kplane::testing::server
