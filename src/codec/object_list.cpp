// Reads the envelope of a list and locates its objects, without reading them.
#include "codec/object_list.hpp"

#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::codec {

namespace {

void read_metadata(const Document& document, const Value& metadata, ObjectPage& page) {
  for (const Field& field : fields(document, metadata)) {
    if (field.key != "continue" && field.key != "resourceVersion") continue;
    const auto text = as_string(document, field.value);
    if (!text && field.value.kind != Kind::null) {
      fail_at(document, field.value.text.data(), std::string(field.key) + ": expected a string");
    }
    (field.key == "continue" ? page.continue_token : page.resource_version) = text.value_or(std::string_view());
  }
}

std::vector<Object> read_items(const std::shared_ptr<const Document>& body, const Value& items) {
  std::vector<Object> objects;
  if (items.kind == Kind::null) return objects;
  for (const Value& item : elements(*body, items)) {
    if (item.kind != Kind::object) fail_at(*body, item.text.data(), "items: expected objects");
    detail::ObjectAccess::append_object(objects, body, item.text);
  }
  return objects;
}

}  // namespace

Object decode_object(const std::shared_ptr<const Document>& body) {
  const Value value = root(*body);
  if (value.kind != Kind::object) fail_at(*body, value.text.data(), "expected an object");
  return detail::ObjectAccess::make_object(body, value.text);
}

ObjectPage decode_object_list(const std::shared_ptr<const Document>& body) {
  ObjectPage page;
  bool has_items = false;
  for (const Field& field : fields(*body, root(*body))) {
    if (field.key == "metadata" && field.value.kind != Kind::null) {
      read_metadata(*body, field.value, page);
    } else if (field.key == "items") {
      has_items = true;
      page.objects = read_items(body, field.value);
    }
  }
  if (!has_items) fail_at(*body, body->text().data(), "not a list: it has no items");
  return page;
}

}  // namespace kplane::codec
