#include "config/kubeconfig_files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <kplane/error.hpp>

#include "base/file.hpp"
#include "yaml/yaml.hpp"

namespace kplane::config {

namespace {

constexpr char list_separator = ':';

/// As in kubectl, empty elements are skipped, and duplicates count once.
std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> paths;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(list_separator, begin), list.size());
    std::string path = list.substr(begin, end - begin);
    const bool is_known = std::find(paths.begin(), paths.end(), path) != paths.end();
    if (!path.empty() && !is_known) paths.push_back(std::move(path));
    begin = end + 1;
  }
  return paths;
}

bool exists(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return status.type() != std::filesystem::file_type::not_found;  // reading it reports any other problem
}

KubeconfigFile read(const std::string& path) {
  return parse_kubeconfig(path,
                          detail::read_file(path, yaml::most_yaml_bytes, "kubeconfig " + path, detail::FileKind::any));
}

}  // namespace

// As in kubectl, only the first document counts, even if it is empty.
KubeconfigFile parse_kubeconfig(std::string path, std::string_view text) {
  KubeconfigFile file{std::move(path), {}};
  try {
    if (const yaml::TreePtr root = yaml::read_first_document(text)) file.root = *root;
  } catch (const yaml::DocumentError& error) {
    throw ConfigError("kubeconfig " + file.path + " is not YAML: line " + std::to_string(error.position().line + 1) +
                      ", column " + std::to_string(error.position().column + 1) + ": " + error.what());
  }
  return file;
}

KubeconfigFiles read_kubeconfig_files(const std::string& path, const detail::Lookup& lookup) {
  if (!path.empty()) return {path, {read(path)}};
  KubeconfigFiles found;
  std::vector<std::string> paths;
  if (const auto list = detail::non_empty(lookup, "KUBECONFIG")) {
    found.shown = "KUBECONFIG (" + *list + ")";
    paths = split(*list);
  } else if (const auto home = detail::non_empty(lookup, "HOME")) {
    paths.push_back(*home + "/.kube/config");
    found.shown = paths.front();
  } else {
    found.shown = "~/.kube/config, but HOME is not set";
  }
  for (const std::string& one : paths) {
    if (exists(one)) found.files.push_back(read(one));
  }
  return found;
}

}  // namespace kplane::config
