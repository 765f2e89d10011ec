// The library's public face reads YAML as manifests only: so the mapping is made one.
#include "cli/doctor/yaml_mapping.hpp"

#include <kplane/manifest.hpp>

namespace kplane::cli {

Json parse_yaml_mapping(const std::string& text, const std::string& name) {
  const Manifests read =
      Manifests::from_yaml(text + "\napiVersion: v1\nkind: Config\nmetadata: {name: " + name + "}\n", name);
  return read.empty() ? Json() : parse_ordered(read[0].json);
}

}  // namespace kplane::cli
