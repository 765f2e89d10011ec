// Finds, reads and parses the kubeconfig files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <kplane/kubeconfig_options.hpp>

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"
#include "yaml/field.hpp"

namespace kplane::config {

struct KubeconfigFile {
  std::string path;
  yaml::TreeNode root;  ///< null for an empty file

  [[nodiscard]] yaml::Field field() const { return yaml::Field(&root, path, {}); }
};

/// All files that count, the first one first.
struct KubeconfigFiles {
  std::string shown;  ///< where they were looked for, for errors: `KUBECONFIG (a:b)`
  std::vector<KubeconfigFile> files;
};

/// Reads them. Without a path, files that do not exist are left out, and there may be none.
/// @throws ConfigError that names the file: the one that was asked for does not exist, one cannot be read, is larger
/// than 32 MiB, or is no YAML; with the line
[[nodiscard]] KubeconfigFiles read_kubeconfig_files(const std::string& path, const detail::Lookup& lookup);

/// @param path for errors @throws ConfigError
[[nodiscard]] KubeconfigFile parse_kubeconfig(std::string path, std::string_view text);

}  // namespace kplane::config
