#include "restore/pristine.hpp"

#include <utility>

#include "resource/type_search.hpp"
#include "restore/server_objects.hpp"

namespace kplane::detail {

PristineState::PristineState(const std::shared_ptr<const BaselineParts>& baseline)
    : is_fresh_(false),
      state_(baseline->state),
      ignored_(baseline->ignored),
      server_version_(baseline->server_version),
      types_(baseline, &baseline->types),
      listed_types_(baseline->listed_types) {}

PristineState::PristineState(std::shared_ptr<const TypeList> types) : is_fresh_(true), types_(std::move(types)) {}

std::optional<codec::ServedType> PristineState::type_of(const Snapshot& present, std::string_view group,
                                                        std::string_view plural) const {
  if (const codec::ServedType* type = find_type(*types_, group, plural)) return *type;
  const TypeList defined = custom_types(present);
  const codec::ServedType* type = find_type(defined, group, plural);
  return type == nullptr ? std::nullopt : std::make_optional(*type);
}

Vector<Change> PristineState::changes(const Snapshot& present) const {
  Vector<Change> counted;
  for (Change& change : diff(state_, present, ignored_)) {
    const SnapshotResource type{change.group, change.resource};
    const bool is_added = change.type == ChangeType::added;
    const ObjectOwner owner = owner_of(type, is_added ? *change.after : *change.before);
    if (owner == ObjectOwner::server) continue;
    if (owner == ObjectOwner::bootstrap && is_added && is_fresh_) continue;  // a baseline includes these
    if (type_of(present, change.group, change.resource)) counted.push_back(std::move(change));
  }
  return counted;
}

TypeList custom_types(const Snapshot& state) {
  TypeList types;
  const SnapshotResource* definitions = state.by_resource("customresourcedefinitions", "apiextensions.k8s.io");
  if (definitions == nullptr) return types;
  for (const Object& definition : definitions->items) {
    if (owner_of(*definitions, definition) == ObjectOwner::server) continue;
    for (codec::ServedType& type : codec::types_of_definition(definition)) types.push_back(std::move(type));
  }
  return types;
}

}  // namespace kplane::detail
