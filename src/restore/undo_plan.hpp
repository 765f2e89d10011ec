// Which calls undo the changes of a plane, and which of them can be made side by side.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <kplane/diff.hpp>

#include "restore/pristine.hpp"
#include "restore/undo_calls.hpp"

namespace kplane::detail {

struct PlannedCall {
  std::optional<std::size_t> change;  ///< index of what it undoes; none: it follows from another change
  std::unique_ptr<UndoCall> call;
};

/// The calls of a stage are independent of each other; they begin when those of the stages before have ended.
using UndoStages = std::vector<std::vector<PlannedCall>>;

/// @param is_due which changes to undo now: some may wait, or were given up
/// @throws DecodeError, ConfigError for an object that cannot be sent
[[nodiscard]] UndoStages plan_undo(const UndoContext& context, const PristineState& pristine, const Snapshot& present,
                                   const std::vector<Change>& changes,
                                   const std::function<bool(const Change&)>& is_due);

}  // namespace kplane::detail
