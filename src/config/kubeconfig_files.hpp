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

/// All files, in order of precedence.
struct KubeconfigFiles {
  std::string shown;  ///< where they were searched for, for errors: `KUBECONFIG (a:b)`
  std::vector<KubeconfigFile> files;
};

/// Reads the files. Without a path, files that do not exist are skipped, and there may be none.
/// @throws ConfigError that names the file, and for YAML errors the line: the requested file does not exist, or a file
/// cannot be read, is larger than 32 MiB, or is not YAML
[[nodiscard]] KubeconfigFiles read_kubeconfig_files(const std::string& path, const detail::Lookup& lookup);

/// @param path for errors @throws ConfigError
[[nodiscard]] KubeconfigFile parse_kubeconfig(std::string path, std::string_view text);

}  // namespace kplane::config
