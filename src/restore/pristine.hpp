// How a plane differs from its desired state.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <kplane/diff.hpp>

#include "restore/baseline_parts.hpp"
#include "session/server_facts.hpp"

namespace kplane::detail {

/// The desired state of a plane: a baseline, or a fresh plane.
class PristineState {
 public:
  /// The state of the baseline.
  explicit PristineState(const std::shared_ptr<const BaselineParts>& baseline);
  /// The state of a fresh plane on a server with these types.
  explicit PristineState(std::shared_ptr<const TypeList> types);

  /// The changes from the desired to the present state, without those that the server makes by itself and those to
  /// read-only types.
  [[nodiscard]] Vector<Change> changes(const Snapshot& present) const;

  /// The type for writing an object; nullopt: read-only. @param present for the custom types it defines
  [[nodiscard]] std::optional<codec::ServedType> type_of(const Snapshot& present, std::string_view group,
                                                         std::string_view plural) const;

  [[nodiscard]] const Snapshot& state() const noexcept { return state_; }
  [[nodiscard]] const DiffOptions& ignored() const noexcept { return ignored_; }
  /// Empty: any.
  [[nodiscard]] const std::string& server_version() const noexcept { return server_version_; }
  /// The types to list in addition to the state.
  [[nodiscard]] const std::vector<ListedType>& listed_types() const noexcept { return listed_types_; }

 private:
  bool is_fresh_;  // the state does not contain the server's own objects
  Snapshot state_;
  DiffOptions ignored_;
  std::string server_version_;
  std::shared_ptr<const TypeList> types_;
  std::vector<ListedType> listed_types_;
};

/// The types that the CustomResourceDefinitions of a state define.
[[nodiscard]] TypeList custom_types(const Snapshot& state);

}  // namespace kplane::detail
