// Reads the envelope of a list and locates its objects, without reading them.
#include "codec/object_list.hpp"

#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

using detail::Document;

namespace {

void read_metadata(const Document& document, const json::Value& metadata, ObjectPage& page) {
  for (const json::Field& field : json::fields(document, metadata)) {
    if (field.key != "continue" && field.key != "resourceVersion") continue;
    const auto text = json::as_string(document, field.value);
    if (!text && field.value.kind != json::Kind::null) {
      json::fail_at(document, field.value.text.data(), std::string(field.key) + ": expected a string");
    }
    (field.key == "continue" ? page.continue_token : page.resource_version) = text.value_or(std::string_view());
  }
}

std::vector<Object> read_items(const std::shared_ptr<const Document>& body, const json::Value& items) {
  std::vector<Object> objects;
  if (items.kind == json::Kind::null) return objects;
  for (const json::Value& item : json::elements(*body, items)) {
    if (item.kind != json::Kind::object) json::fail_at(*body, item.text.data(), "items: expected objects");
    detail::ObjectAccess::append_object(objects, body, item.text);
  }
  return objects;
}

}  // namespace

Object decode_object(const std::shared_ptr<const Document>& body) {
  const json::Value value = json::root(*body);
  if (value.kind != json::Kind::object) json::fail_at(*body, value.text.data(), "expected an object");
  return detail::ObjectAccess::make_object(body, value.text);
}

ObjectPage decode_object_list(const std::shared_ptr<const Document>& body) {
  ObjectPage page;
  bool has_items = false;
  for (const json::Field& field : json::fields(*body, json::root(*body))) {
    if (field.key == "metadata" && field.value.kind != json::Kind::null) {
      read_metadata(*body, field.value, page);
    } else if (field.key == "items") {
      has_items = true;
      page.objects = read_items(body, field.value);
    }
  }
  if (!has_items) json::fail_at(*body, body->text().data(), "not a list: it has no items");
  return page;
}

}  // namespace kplane::codec
