// YAML or JSON text → JSON, typed as Kubernetes does: the way in for all YAML of the library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/yaml_events.hpp"

namespace kplane::config {

/// Longer texts are refused.
inline constexpr std::size_t most_yaml_bytes = std::size_t{32} * 1024 * 1024;

/// Reads a stream of documents; a text that is JSON as a whole is one document. Keys become strings; one that stands
/// twice is an error. Documents that are empty count, but are not handed over.
/// @throws DocumentError, after the documents before the broken one were handed over; what `fn` throws
void read_documents(std::string_view text, const DocumentFunction& fn);

/// The first document of `yaml` as compact JSON, `null` when there is none.
/// @throws ConfigError when the text is not YAML, or holds what JSON does not have
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace kplane::config
