// One line of a watch (contract §7).
#pragma once

#include <memory>

#include <kplane/object.hpp>

#include "json/document.hpp"

namespace kplane::codec {

enum class WatchLineType { added, modified, deleted, bookmark, error };

struct WatchLine {
  WatchLineType type;
  Object object;  ///< for an error, its `Status`
};

/// A bare `Status` of failure is an error too: a proxy may have turned the answer into a success.
/// @param line a separate document, so that a kept event does not keep others in memory
/// @throws DecodeError, which quotes nothing: what is not an event may be an object that must not be shown
[[nodiscard]] WatchLine decode_watch_line(const std::shared_ptr<const detail::Document>& line);

}  // namespace kplane::codec
