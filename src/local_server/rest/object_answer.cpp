#include "local_server/rest/object_answer.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/schema/events.hpp"

namespace kplane::testing::server {

ObjectPtr served_form(const ResourceType& type, const StoredObject& stored) {
  if (!is_stored_otherwise(type)) return nullptr;
  return stored.served_as(type);
}

std::string object_text(const ResourceType& type, const StoredObject& object) {
  const std::string version = api_version(type);
  const std::string stored = string_member(object.content(), "apiVersion");
  if (stored.empty() || stored == version) {
    std::string text;
    object.append_text(text, ObjectForm::whole);
    return text;
  }
  nlohmann::json converted = as_served(type, object.value());
  converted["apiVersion"] = version;
  return to_text(converted);
}

Answer object_answer(int status, const ResourceType& type, const StoredObject& object) {
  return {status, object_text(type, object) + "\n"};
}

}  // namespace kplane::testing::server
