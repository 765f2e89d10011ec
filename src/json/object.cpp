#include <kplane/object.hpp>

#include <array>

#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane {

namespace {

using detail::ObjectAccess;

/// A string of ObjectMeta: in `metadata`, or at the top level on servers with the internal layout (contract §3).
std::string_view identity(const Object& object, std::string_view pointer, std::string_view internal_pointer) {
  if (const auto found = object.get<std::string_view>(pointer)) return *found;
  return object.get<std::string_view>(internal_pointer).value_or(std::string_view());
}

/// Finds a field and converts it.
template <class Convert>
auto read_field(const Object& object, std::string_view pointer, Convert convert)
    -> decltype(convert(ObjectAccess::document(object), json::Value())) {
  const auto& document = ObjectAccess::document(object);
  const auto value = json::find(document, object.raw(), pointer);
  if (!value) return std::nullopt;
  return convert(document, *value);
}

}  // namespace

std::string_view Object::name() const& { return identity(*this, "/metadata/name", "/name"); }
std::string_view Object::ns() const& { return identity(*this, "/metadata/namespace", "/namespace"); }
std::string_view Object::uid() const& { return identity(*this, "/metadata/uid", "/uid"); }
std::string_view Object::resource_version() const& {
  return identity(*this, "/metadata/resourceVersion", "/resourceVersion");
}
std::string Object::resource_version() && { return std::string(static_cast<const Object&>(*this).resource_version()); }
std::string Object::name() && { return std::string(static_cast<const Object&>(*this).name()); }
std::string Object::ns() && { return std::string(static_cast<const Object&>(*this).ns()); }
std::string Object::uid() && { return std::string(static_cast<const Object&>(*this).uid()); }

template <>
std::optional<std::string_view> Object::read(std::string_view pointer) const {
  return read_field(*this, pointer, json::as_string);
}

template <>
std::optional<std::string> Object::read(std::string_view pointer) const {
  const auto text = read<std::string_view>(pointer);
  if (!text) return std::nullopt;
  return std::string(*text);
}

template <>
std::optional<std::int64_t> Object::read(std::string_view pointer) const {
  return read_field(*this, pointer, json::as_int64);
}

template <>
std::optional<double> Object::read(std::string_view pointer) const {
  return read_field(*this, pointer, json::as_double);
}

template <>
std::optional<bool> Object::read(std::string_view pointer) const {
  return read_field(*this, pointer, json::as_bool);
}

std::optional<Object> Object::at(std::string_view pointer) const {
  const auto value = json::find(*document_, raw(), pointer);
  if (!value) return std::nullopt;
  return ObjectAccess::make_object(document_, value->text);
}

Vector<Object> Object::elements(std::string_view pointer) const {
  Vector<Object> found;
  const auto value = json::find(*document_, raw(), pointer);
  if (!value || value->kind != json::Kind::array) return found;
  for (const json::Value& element : json::elements(*document_, *value))
    ObjectAccess::append_object(found, document_, element.text);
  return found;
}

}  // namespace kplane
