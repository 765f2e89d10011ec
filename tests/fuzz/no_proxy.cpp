// Fuzz target: `NO_PROXY`, and the other proxy variables. The input is up to three lines: the list, a host, a proxy.
#include "http/no_proxy.hpp"

#include <array>
#include <string>

#include <kplane/error.hpp>

#include "http/proxy.hpp"
#include "http/url.hpp"
#include "target.hpp"

namespace kplane::fuzz::no_proxy_target {
namespace {

std::array<std::string_view, 3> lines_of(std::string_view input) {
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
  }
  return lines;
}

void check_list(std::string_view list, std::string_view host) {
  const bool direct = http::is_without_proxy(list, host, "443");
  require(http::is_without_proxy(std::string(list) + ",*", host, "443"), "a star matches every host");
  require(!direct || http::is_without_proxy("other.invalid," + std::string(list), host, "443"),
          "an element more excludes no host");
  require(http::is_without_proxy(list, "127.0.0.1", "80"), "loopback is always direct");
}

void check_environment(std::string_view list, std::string_view host, std::string_view proxy) {
  try {
    http::ProxyEnvironment environment;
    environment.https = {"HTTPS_PROXY", std::string(proxy)};
    environment.http = {"HTTP_PROXY", std::string(proxy)};
    environment.no_proxy = list;
    const std::string used = http::environment_proxy(environment, http::parse_base_url("https://" + std::string(host)));
    require(used.empty() || used.find("://") != std::string::npos, "a proxy has a scheme");
  } catch (const ConfigError& error) {
    // A scheme alone stands in advice about URLs, and names nobody.
    const bool scheme_alone = proxy == "http://" || proxy == "https://" || proxy == "socks5://";
    require(proxy.size() < 6 || scheme_alone || std::string(error.what()).find(proxy) == std::string::npos ||
                std::string_view(error.what()).find("HTTP") == std::string_view::npos,
            "a proxy, which may contain a password, is not quoted");
  }
}

void run(std::string_view input) {
  const auto [list, host, proxy] = lines_of(input);
  check_list(list, host);
  check_environment(list, host, proxy);
}

const Registration registration("no_proxy", run);

}  // namespace
}  // namespace kplane::fuzz::no_proxy_target
