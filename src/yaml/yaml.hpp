// Converts YAML or JSON text to JSON, with the types that Kubernetes gives; all YAML is read here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// Longer texts are refused.
inline constexpr std::size_t most_yaml_bytes = std::size_t{32} * 1024 * 1024;

/// Called for each document that is not empty. @param number of the document, from 1
using DocumentFunction = std::function<void(std::size_t number, const TreeNode& root)>;

/// Reads a stream of documents as kubectl reads a file of manifests: YAML between lines of `---`, or JSON objects one
/// after the other; UTF-8 or UTF-16. Keys become strings; of several values of a key the last one counts. Documents
/// that are empty count, but are not handed over. A stream that kubectl refuses is refused; where kubectl silently
/// leaves out what follows a document, it is either read or refused.
/// @throws DocumentError, after the documents before the broken one were handed over; what `fn` throws
void read_documents(std::string_view text, const DocumentFunction& fn);

/// Reads the first document of a text as client-go reads a kubeconfig; what follows it is not looked at.
/// @return nullptr when it is empty or null
/// @throws DocumentError
[[nodiscard]] TreePtr read_first_document(std::string_view text);

/// The first document of `yaml` as compact JSON, `null` when there is none.
/// @throws ConfigError when the text is not YAML, or holds what JSON does not have
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace kplane::yaml
