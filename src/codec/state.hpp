// A state body (contract §3) ↔ Snapshot.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include <kplane/snapshot.hpp>

#include "codec/document.hpp"

namespace kplane::codec {

/// Indexes a state body; nothing of an item is looked at but its extent.
/// @param header_time the `X-Snapshot-Time` header, for a body without a time
/// @throws DecodeError when the body is no snapshot
[[nodiscard]] Snapshot decode_state(std::shared_ptr<const detail::Document> document,
                                    std::optional<std::string_view> header_time);

}  // namespace kplane::codec
