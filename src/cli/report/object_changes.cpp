#include "cli/report/object_changes.hpp"

#include <algorithm>
#include <string_view>

#include <kplane/error.hpp>

#include "cli/output/change_text.hpp"
#include "cli/output/shown.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kMostChanges = 16;
constexpr std::size_t kMostFields = 8;
constexpr std::size_t kMostObjectNameBytes = 200;
constexpr std::size_t kMostPointerBytes = 200;
constexpr std::size_t kMostValueBytes = 120;

std::string value_at(const std::optional<Object>& object, const std::string& pointer) {
  if (!object) return {};
  const std::optional<Object> value = object->at(pointer);
  return value ? shown(value->raw(), kMostValueBytes) : std::string();
}

FieldChange field_change(const Change& change, const std::string& pointer) {
  FieldChange field;
  field.pointer = shown(pointer, kMostPointerBytes);
  // A recording may hold the data of Secrets: nobody expects it in a page that is handed around.
  if (is_secret(change)) return field;
  field.before = value_at(change.before, pointer);
  field.after = value_at(change.after, pointer);
  return field;
}

ObjectChange object_change(const Change& change) {
  ObjectChange made;
  made.type = change.type;
  made.resource = shown(type_name(change), kMostObjectNameBytes);
  made.name = shown(change.ns.empty() ? change.name : change.ns + '/' + change.name, kMostObjectNameBytes);
  const std::size_t shown = std::min(change.pointers.size(), kMostFields);
  for (std::size_t i = 0; i < shown; ++i) made.fields.push_back(field_change(change, change.pointers[i]));
  made.more_fields = change.pointers.size() - shown;
  return made;
}

}  // namespace

void add_changes(TimelineStep& step, const Snapshot& before, const Snapshot& after) {
  try {
    const Vector<Change> changes = diff(before, after);
    const std::size_t shown = std::min(changes.size(), kMostChanges);
    for (std::size_t i = 0; i < shown; ++i) step.changes.push_back(object_change(changes[i]));
    step.more_changes = changes.size() - shown;
  } catch (const DecodeError& error) {
    step.changes.clear();
    step.not_compared = error.what();
  }
}

}  // namespace kplane::cli::reporting
