// The ready-made conditions.
#include <kplane/condition.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/json_pointer.hpp"

namespace kplane::conditions {

namespace {

bool has_condition(const Object& object, const std::string& type, const std::string& status) {
  const std::vector<Object> all = object.elements("/status/conditions");
  return std::any_of(all.begin(), all.end(), [&](const Object& one) {
    return one.get<std::string_view>("/type") == type && one.get<std::string_view>("/status") == status;
  });
}

bool has_value(const Object& object, const std::string& pointer, const std::string& value) {
  if (const auto text = object.get<std::string_view>(pointer)) return *text == value;
  const auto other = object.at(pointer);
  return other && other->raw() == value && other->raw().front() != '"';
}

}  // namespace

Condition exists() {
  return {"it to exist", [](const Object* object) { return object != nullptr; }};
}

Condition gone() {
  return {"it to be gone", [](const Object* object) { return object == nullptr; }};
}

Condition condition(std::string type, std::string status) {
  std::string description = "condition " + type + '=' + status;
  return {std::move(description), [type = std::move(type), status = std::move(status)](const Object* object) {
            return object != nullptr && has_condition(*object, type, status);
          }};
}

Condition field(std::string pointer, std::string value) {
  static_cast<void>(codec::JsonPointer(pointer));  // throws
  std::string description = pointer + '=' + value;
  return {std::move(description), [pointer = std::move(pointer), value = std::move(value)](const Object* object) {
            return object != nullptr && has_value(*object, pointer, value);
          }};
}

}  // namespace kplane::conditions
