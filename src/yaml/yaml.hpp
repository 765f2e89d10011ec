// Converts YAML or JSON text to JSON with the scalar types that Kubernetes uses. All YAML is read here.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

/// Longer texts are rejected.
inline constexpr std::size_t most_yaml_bytes = std::size_t{32} * 1024 * 1024;

/// Called for each document that is not empty. @param number of the document, from 1
using DocumentFunction = std::function<void(std::size_t number, const TreeNode& root)>;

/// Reads a stream of documents as kubectl reads a manifest file: YAML separated by `---` lines, or consecutive JSON
/// objects; UTF-8 or UTF-16. Keys become strings; the last value of a duplicate key counts. Empty documents are counted
/// but not passed on. A stream that kubectl rejects is rejected; what kubectl silently ignores after a document is
/// either read or rejected.
/// @throws DocumentError, after passing on the documents before the malformed one; whatever `fn` throws
void read_documents(std::string_view text, const DocumentFunction& fn);

/// Reads the first document of a text as client-go reads a kubeconfig; ignores what follows it.
/// @return nullptr when it is empty or null
/// @throws DocumentError
[[nodiscard]] TreePtr read_first_document(std::string_view text);

/// The first document of `yaml` as compact JSON, `null` when there is none.
/// @throws ConfigError when the text is not YAML or cannot be represented in JSON
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace kplane::yaml
