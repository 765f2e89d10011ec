// A variable that is set to the empty string counts as unset.
#include "config/environment.hpp"

#include <utility>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

bool parse_switch(const char* name, const std::string& value) {
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  throw ConfigError(std::string(name) + " must be 1 or 0");
}

}  // namespace

ClientConfig from_environment(ClientOptions options, const detail::Lookup& lookup) {
  std::optional<std::string> host = detail::non_empty(lookup, "KPLANE_HOST");
  if (!host) throw ConfigError("KPLANE_HOST is not set; set it to the server's URL, such as https://127.0.0.1:6443");
  if (auto token = detail::non_empty(lookup, "KPLANE_TOKEN")) {
    options.token = std::move(*token);
    options.token_file.clear();
  }
  if (auto ca_file = detail::non_empty(lookup, "KPLANE_CA_FILE")) {
    options.ca_file = std::move(*ca_file);
    options.ca_pem.clear();
  }
  if (const auto insecure = detail::non_empty(lookup, "KPLANE_INSECURE"))
    options.verify_tls = !parse_switch("KPLANE_INSECURE", *insecure);
  return {"KPLANE_HOST, KPLANE_TOKEN and KPLANE_CA_FILE", std::move(*host), std::move(options)};
}

}  // namespace kplane::config
