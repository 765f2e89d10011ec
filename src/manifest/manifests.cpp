#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>

#include <kplane/manifest.hpp>

#include "base/error_mixin.hpp"
#include "base/file.hpp"
#include "base/open_files.hpp"
#include "manifest/manifest_documents.hpp"
#include "yaml/yaml.hpp"

namespace kplane {

namespace {

namespace fs = std::filesystem;

std::string describe(const std::string& file, std::size_t document, std::size_t line, std::size_t column,
                     const std::string& why) {
  std::string text = file + ", document " + std::to_string(document);
  if (line != 0) text += ", line " + std::to_string(line);
  if (column != 0) text += ", column " + std::to_string(column);
  return text + ": " + why;
}

bool is_manifest(const fs::directory_entry& entry) {
  const fs::path extension = entry.path().extension();
  std::error_code error;
  return (extension == ".yaml" || extension == ".yml" || extension == ".json") && !entry.is_directory(error);
}

std::vector<std::string> manifests_in(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (is_manifest(*entry)) paths.push_back(entry->path().string());
  }
  if (error) {
    throw ConfigError("manifest directory " + directory +
                      " cannot be read: " + detail::system_error_text(error.value()));
  }
  if (paths.empty()) throw ConfigError("manifest directory " + directory + " contains no *.yaml, *.yml or *.json file");
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string read_manifest_file(const std::string& path, detail::FileKind kind) {
  return detail::read_file(path, yaml::most_yaml_bytes, "manifest file " + path, kind);
}

}  // namespace

ManifestError::ManifestError(std::string file, std::size_t document, std::size_t line, std::size_t column,
                             const std::string& why)
    : ErrorMixin(describe(file, document, line, column, why)),
      file_(std::make_shared<const std::string>(std::move(file))),
      document_(document),
      line_(line),
      column_(column) {}

namespace detail {
template class ErrorMixin<ManifestError, ConfigError>;
}  // namespace detail

Manifests Manifests::from_yaml(std::string_view text, std::string_view name) {
  Manifests manifests;
  manifests.all_ = detail::read_manifests(text, std::string(name));
  return manifests;
}

Manifests Manifests::from_file(const std::string& path) {
  return from_yaml(read_manifest_file(path, detail::FileKind::any), path);
}

Manifests Manifests::from_directory(const std::string& path) {
  Manifests manifests;
  for (const std::string& file : manifests_in(path)) {
    manifests.append(from_yaml(read_manifest_file(file, detail::FileKind::regular), file));
  }
  return manifests;
}

Manifests& Manifests::add(const JsonText& object) & {
  return append(from_yaml(object.text(), "object " + std::to_string(size() + 1)));
}

Manifests& Manifests::append(const Manifests& others) & {
  if (&others == this) return append(Manifests(others));
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
  return *this;
}

}  // namespace kplane
