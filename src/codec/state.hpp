// A state body (contract §3) ↔ Snapshot.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include <kplane/snapshot.hpp>

#include "json/document.hpp"
#include "json/json_outline.hpp"

namespace kplane::codec {

/// An outline to fill while the body arrives, which saves decode_state() that work.
[[nodiscard]] json::JsonOutline begin_state_outline() noexcept;

/// Indexes a state body; only the extents of items are read, not their contents.
/// @param header_time the `X-Snapshot-Time` header, for a body without a time
/// @param outline of begin_state_outline(), as far as it got
/// @throws DecodeError when the body is not a snapshot
[[nodiscard]] Snapshot decode_state(std::shared_ptr<const detail::Document> document,
                                    std::optional<std::string_view> header_time,
                                    json::JsonOutline outline = begin_state_outline());

}  // namespace kplane::codec
