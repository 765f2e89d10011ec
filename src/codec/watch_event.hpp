// One line of a watch (contract §7).
#pragma once

#include <memory>

#include <kplane/object.hpp>

#include "codec/document.hpp"

namespace kplane::codec {

enum class WatchLineType { added, modified, deleted, bookmark, error };

struct WatchLine {
  WatchLineType type;
  Object object;  ///< for an error, its `Status`
};

/// @param line a document of its own, so that an event that is kept does not keep others in memory. @throws DecodeError
[[nodiscard]] WatchLine decode_watch_line(const std::shared_ptr<const detail::Document>& line);

}  // namespace kplane::codec
