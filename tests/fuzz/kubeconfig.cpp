// Fuzz target: a kubeconfig is a target with a server, or an error that names the file.
#include <string>

#include <kplane/error.hpp>

#include "config/kubeconfig.hpp"
#include "target.hpp"

namespace kplane::fuzz::kubeconfig_target {
namespace {

void run(std::string_view text) {
  try {
    kplane::config::KubeconfigFiles files{"/no/such/place/fuzz", {}};
    files.files.push_back(kplane::config::parse_kubeconfig(files.shown, text));
    const kplane::config::ClientConfig target = kplane::config::resolve_kubeconfig(files, {}, {});
    require(!target.base_url.empty(), "a target has a server");
  } catch (const kplane::ConfigError& error) {
    require(std::string(error.what()).find("/no/such/place/fuzz") != std::string::npos ||
                std::string(error.what()).find("given without") != std::string::npos,
            "an error names the file");
  }
}

const Registration registration("kubeconfig", run);

}  // namespace
}  // namespace kplane::fuzz::kubeconfig_target
