#include <kplane/condition.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "json/json_pointer.hpp"

namespace kplane {

Condition::Condition(std::string description, Test test)
    : description_(std::move(description)), test_(std::move(test)) {
  if (!test_) throw ConfigError("a Condition needs a function to call");
}

}  // namespace kplane

namespace kplane::conditions {

namespace {

/// Compares as kubectl does: ASCII letters case-insensitively.
bool is_same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// Whether the condition refers to an older spec because its controller has not seen the current one yet.
bool is_outdated(const Object& object, const Object& condition) {
  const auto generation = object.get<std::int64_t>("/metadata/generation");
  auto observed = condition.get<std::int64_t>("/observedGeneration");
  if (!observed) observed = object.get<std::int64_t>("/status/observedGeneration");
  return generation && observed && *observed < *generation;
}

bool has_condition(const Object& object, const std::string& type, const std::string& status) {
  const std::vector<Object> all = object.elements("/status/conditions");
  return std::any_of(all.begin(), all.end(), [&](const Object& one) {
    return is_same(one.get<std::string_view>("/type").value_or(""), type) &&
           is_same(one.get<std::string_view>("/status").value_or(""), status) && !is_outdated(object, one);
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
  static_cast<void>(kplane::json::JsonPointer(pointer));  // throws
  std::string description = pointer + '=' + value;
  return {std::move(description), [pointer = std::move(pointer), value = std::move(value)](const Object* object) {
            return object != nullptr && has_value(*object, pointer, value);
          }};
}

}  // namespace kplane::conditions
