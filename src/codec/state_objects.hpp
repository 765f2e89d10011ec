// The positions of everything in a state body (contract §3): its envelope, and the extent of every item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "json/document.hpp"
#include "json/json_outline.hpp"
#include "json/json_text.hpp"

namespace kplane::codec {

using detail::Document;

/// A field: absent, or a value.
using Slot = std::optional<json::Value>;

struct StateObjects {
  struct Resource {
    const char* position = nullptr;  ///< for error messages
    Slot group, resource, synced, item_count;
    Slot items;  ///< its kind; an array's elements are those of `objects` from `first_object` on
    std::size_t first_object = 0;
    std::size_t object_count = 0;
  };
  Slot cluster, snapshot_time, live_resources;
  Slot resources;  ///< its kind; an array's elements are in `entries`
  std::vector<Resource> entries;
  std::vector<json::Value> objects;  ///< of all entries, in order
};

/// The nesting level of a state's items: `{"resources":[{"items":[{`.
inline constexpr std::int64_t state_object_level = 5;

/// Finds the envelope and the extent of every item. Does not look inside items.
/// @param outline of the whole document, at the level of its items
/// @throws DecodeError
[[nodiscard]] StateObjects find_state_objects(const Document& document, const json::JsonOutline& outline);

}  // namespace kplane::codec
