#include "restore/undo_plan.hpp"

#include <array>
#include <set>
#include <string>
#include <utility>

#include "resource/pending_deletion.hpp"
#include "restore/creation_order.hpp"
#include "restore/server_objects.hpp"
#include "restore/type_name.hpp"

namespace kplane::detail {

namespace {

enum class Stage {
  change,               ///< removals and replacements
  remove_inner_rights,  ///< RBAC objects of namespaces that go
  remove_container,
  make_container,
  make_early,
  make,
  make_late,
  remove_rights,  ///< last, because the client itself may depend on them
};
constexpr std::size_t stages = 8;

TypeName type_name_of(const Change& change) { return {change.group, change.resource}; }

bool is_container(const Change& change) {
  return type_name_of(change) == namespace_type || type_name_of(change) == definition_type;
}

Stage stage_of_creation(std::string_view group, std::string_view plural) {
  switch (creation_stage(group, plural)) {
    case CreationStage::container:
      return Stage::make_container;
    case CreationStage::early:
      return Stage::make_early;
    case CreationStage::ordinary:
      return Stage::make;
    case CreationStage::late:
      break;
  }
  return Stage::make_late;
}

/// A deletion mark cannot be removed: the object has to be deleted before it can be recreated.
bool has_to_go(const Change& change) {
  return change.type == ChangeType::modified && is_marked(*change.after) && !is_marked(*change.before);
}

class Plan {
 public:
  Plan(const UndoContext& context, const PristineState& pristine, const Snapshot& present)
      : context_(context), pristine_(pristine), present_(present), calls_(stages) {}

  void add(const std::vector<Change>& changes, const std::function<bool(const Change&)>& is_due) {
    for (const Change& change : changes) {
      if (!is_due(change) || !is_container(change)) continue;
      if (has_to_go(change)) note_doomed(change);
      if (change.type == ChangeType::added && type_name_of(change) == namespace_type) leaving_.insert(change.name);
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (!is_due(changes[i]) || is_in_doomed(changes[i].group, changes[i].resource, changes[i].ns)) continue;
      undo(changes[i], i);
    }
    if (namespaces_.empty() && types_.empty()) return;
    for (const SnapshotResource& type : present_.resources) empty_doomed(type);
    for (const SnapshotResource& type : pristine_.state().resources) fill_doomed(type);
  }

  /// Takes the stages, after moving calls that need not wait for an earlier stage to the front.
  [[nodiscard]] UndoStages take() {
    bool may_begin = calls_[static_cast<std::size_t>(Stage::remove_inner_rights)].empty() &&
                     calls_[static_cast<std::size_t>(Stage::remove_container)].empty();
    const auto end = static_cast<std::size_t>(Stage::remove_rights);
    for (auto i = static_cast<std::size_t>(Stage::make_container); may_begin && i < end; ++i) {
      may_begin = calls_[i].empty();
      for (PlannedCall& call : calls_[i]) calls_.front().push_back(std::move(call));
      calls_[i].clear();
    }
    return std::move(calls_);
  }

 private:
  void note_doomed(const Change& change) {
    if (type_name_of(change) == namespace_type) {
      namespaces_.insert(change.name);
    } else {
      types_.insert(change.name);
    }
  }

  [[nodiscard]] bool is_in_doomed(const std::string& group, const std::string& plural, const std::string& ns) const {
    return namespaces_.count(ns) != 0 || types_.count(plural + '.' + group) != 0;
  }

  void put(Stage stage, std::unique_ptr<UndoCall> call, std::optional<std::size_t> change) {
    calls_[static_cast<std::size_t>(stage)].push_back({change, std::move(call)});
  }

  [[nodiscard]] KeptObject kept(const codec::ServedType& type, const Object& object) const {
    return {type, path_of(type, object), object};
  }

  [[nodiscard]] static ResourcePath path_of(const codec::ServedType& type, const Object& object) {
    return {type.api_version, type.plural, type.is_namespaced ? std::string(object.ns()) : std::string()};
  }

  void undo(const Change& change, std::size_t index) {
    const auto type = pristine_.type_of(present_, change.group, change.resource);
    if (!type) return;
    if (change.type == ChangeType::added) return remove(*type, change, index);
    const Stage creation = stage_of_creation(change.group, change.resource);
    if (change.type == ChangeType::removed) {
      return put(creation, std::make_unique<CreateCall>(context_, kept(*type, *change.before)), index);
    }
    if (!has_to_go(change)) {
      return put(Stage::change,
                 std::make_unique<ReplaceCall>(context_, kept(*type, *change.before), *change.after, change.pointers),
                 index);
    }
    if (!is_container(change)) {
      return put(Stage::change, std::make_unique<RecreateCall>(context_, kept(*type, *change.before), *change.after),
                 index);
    }
    remove(*type, change, index);
    put(creation, std::make_unique<CreateCall>(context_, kept(*type, *change.before)), index);
  }

  void remove(const codec::ServedType& type, const Change& change, std::size_t index) {
    if (type_name_of(change) == namespace_type) {
      return put(Stage::remove_container, std::make_unique<RemoveNamespaceCall>(context_, change.name), index);
    }
    put(stage_of_removal(change), std::make_unique<RemoveCall>(context_, path_of(type, *change.after), *change.after),
        index);
  }

  [[nodiscard]] Stage stage_of_removal(const Change& change) const {
    if (is_container(change)) return Stage::remove_container;
    if (change.group != rights_group) return Stage::change;
    return leaving_.count(change.ns) == 0 ? Stage::remove_rights : Stage::remove_inner_rights;
  }

  void empty_doomed(const SnapshotResource& type) {
    for (const Object& object : type.items) {
      if (!is_doomed(type, object)) continue;
      const auto served = pristine_.type_of(present_, type.group, type.resource);
      if (!served) return;
      put(type.group == rights_group ? Stage::remove_inner_rights : Stage::change,
          std::make_unique<RemoveCall>(context_, path_of(*served, object), object), std::nullopt);
    }
  }

  void fill_doomed(const SnapshotResource& type) {
    for (const Object& object : type.items) {
      if (!is_doomed(type, object) || owner_of(type, object) == ObjectOwner::server) continue;
      const auto served = pristine_.type_of(present_, type.group, type.resource);
      if (!served) return;
      put(stage_of_creation(type.group, type.resource), std::make_unique<CreateCall>(context_, kept(*served, object)),
          std::nullopt);
    }
  }

  /// Events expire by themselves.
  [[nodiscard]] bool is_doomed(const SnapshotResource& type, const Object& object) const {
    return type.resource != "events" && is_in_doomed(type.group, type.resource, std::string(object.ns()));
  }

  const UndoContext& context_;
  const PristineState& pristine_;
  const Snapshot& present_;
  UndoStages calls_;
  std::set<std::string> leaving_;     // namespaces that have to go
  std::set<std::string> namespaces_;  // to be recreated with all their contents
  std::set<std::string> types_;       // likewise, PLURAL.GROUP
};

}  // namespace

UndoStages plan_undo(const UndoContext& context, const PristineState& pristine, const Snapshot& present,
                     const std::vector<Change>& changes, const std::function<bool(const Change&)>& is_due) {
  Plan plan(context, pristine, present);
  plan.add(changes, is_due);
  return plan.take();
}

}  // namespace kplane::detail
