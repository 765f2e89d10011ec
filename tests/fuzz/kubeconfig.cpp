// Fuzz target: a kubeconfig is a target with a server, or an error that names the file.
#include <string>

#include <kplane/error.hpp>

#include "config/kubeconfig.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    kplane::config::KubeconfigFiles files{"/no/such/place/fuzz", {}};
    files.files.push_back(kplane::config::parse_kubeconfig(files.shown, kplane::fuzz::text_of(data, size)));
    const kplane::config::ClientConfig target = kplane::config::resolve_kubeconfig(files, {}, {});
    kplane::fuzz::require(!target.base_url.empty(), "a target has a server");
  } catch (const kplane::ConfigError& error) {
    kplane::fuzz::require(std::string(error.what()).find("/no/such/place/fuzz") != std::string::npos ||
                              std::string(error.what()).find("given without") != std::string::npos,
                          "an error names the file");
  }
  return 0;
}
