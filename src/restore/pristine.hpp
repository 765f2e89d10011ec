// What makes a plane differ from what it should be.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <kplane/diff.hpp>

#include "restore/baseline_parts.hpp"
#include "session/server_facts.hpp"

namespace kplane::detail {

/// What a plane should be: as a baseline, or as a fresh plane.
class PristineState {
 public:
  /// As the baseline.
  explicit PristineState(const std::shared_ptr<const BaselineParts>& baseline);
  /// As a fresh plane, of a server with these types.
  explicit PristineState(std::shared_ptr<const TypeList> types);

  /// From what should be to what is. Without what the server does by itself, and what nobody can write.
  [[nodiscard]] Vector<Change> changes(const Snapshot& present) const;

  /// The type by which an object can be written; nullopt: it cannot. @param present for the types that it defines
  [[nodiscard]] std::optional<codec::ServedType> type_of(const Snapshot& present, std::string_view group,
                                                         std::string_view plural) const;

  [[nodiscard]] const Snapshot& state() const noexcept { return state_; }
  [[nodiscard]] const DiffOptions& ignored() const noexcept { return ignored_; }
  /// Empty: any.
  [[nodiscard]] const std::string& server_version() const noexcept { return server_version_; }
  /// To be listed beside the state.
  [[nodiscard]] const std::vector<ListedType>& listed_types() const noexcept { return listed_types_; }

 private:
  bool is_fresh_;  // the server's own objects do not stand in the state
  Snapshot state_;
  DiffOptions ignored_;
  std::string server_version_;
  std::shared_ptr<const TypeList> types_;
  std::vector<ListedType> listed_types_;
};

/// The types that the CustomResourceDefinitions of a state define.
[[nodiscard]] TypeList custom_types(const Snapshot& state);

}  // namespace kplane::detail
