// Which writes a state does not show yet.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <kplane/snapshot.hpp>

#include "state/written_objects.hpp"

namespace kplane::detail {

struct UnshownWrite {
  std::size_t index;  ///< among the writes
  bool is_seen;       ///< the state has an object of that name
  std::string seen_version;
};

/// Writes to types that the state does not have are passed over. @param writes sorted by type
[[nodiscard]] std::vector<UnshownWrite> unshown_writes(const Snapshot& state, const std::vector<WrittenObject>& writes);

/// Whether more than a state that lags may be the cause, so that reading the object tells: somebody else wrote or
/// deleted it since, or how the write ended is not known.
[[nodiscard]] bool may_be_overtaken(const WrittenObject& written, const UnshownWrite& unshown) noexcept;

/// For people: which objects they are, and what the state shows instead.
[[nodiscard]] std::string describe(const std::vector<WrittenObject>& writes, const std::vector<UnshownWrite>& unshown);

}  // namespace kplane::detail
