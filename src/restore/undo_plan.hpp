// Plans the calls that undo the changes of a plane, and which of them can run concurrently.
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
  std::optional<std::size_t> change;  ///< index of the change it undoes; none: a consequence of another change
  std::unique_ptr<UndoCall> call;
};

/// The calls of a stage are independent of each other; they start when those of the earlier stages have ended.
using UndoStages = std::vector<std::vector<PlannedCall>>;

/// @param is_due selects the changes to undo now: some may wait or were given up
/// @throws DecodeError, ConfigError for an object that cannot be sent
[[nodiscard]] UndoStages plan_undo(const UndoContext& context, const PristineState& pristine, const Snapshot& present,
                                   const std::vector<Change>& changes,
                                   const std::function<bool(const Change&)>& is_due);

}  // namespace kplane::detail
