// Finds the writes that a state does not show yet.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <kplane/snapshot.hpp>

#include "state/written_objects.hpp"

namespace kplane::detail {

struct UnshownWrite {
  std::size_t index;  ///< of the write
  bool is_seen;       ///< the state has an object of that name
  std::string seen_version;
};

/// Ignores writes to types that the state does not have. @param writes sorted by type
[[nodiscard]] std::vector<UnshownWrite> unshown_writes(const Snapshot& state, const std::vector<WrittenObject>& writes);

/// Whether something other than a lagging state may be the cause, so that reading the object helps: somebody else
/// changed or deleted it since, or the outcome of the write is unknown.
[[nodiscard]] bool may_be_overtaken(const WrittenObject& written, const UnshownWrite& unshown) noexcept;

/// Describes the objects, and what the state shows instead, for messages.
[[nodiscard]] std::string describe(const std::vector<WrittenObject>& writes, const std::vector<UnshownWrite>& unshown);

}  // namespace kplane::detail
