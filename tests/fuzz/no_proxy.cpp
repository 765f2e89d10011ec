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

/// What is said of a proxy of the environment; empty: it can be used, or the host cannot.
std::string complaint(std::string_view list, std::string_view host, const std::string& proxy) {
  try {
    http::ProxyEnvironment environment;
    environment.https = {"HTTPS_PROXY", proxy};
    environment.http = {"HTTP_PROXY", proxy};
    environment.no_proxy = list;
    const std::string used = http::environment_proxy(environment, http::parse_base_url("https://" + std::string(host)));
    require(used.empty() || used.find("://") != std::string::npos, "a proxy has a scheme");
    return {};
  } catch (const ConfigError& error) {
    return error.what();
  }
}

/// With other letters behind the scheme.
std::string changed(std::string text) {
  const std::size_t scheme = text.find("://");
  for (std::size_t i = scheme == std::string::npos ? 0 : scheme; i < text.size(); ++i) {
    char& c = text[i];
    if (c >= 'a' && c <= 'z') c = c == 'z' ? 'a' : static_cast<char>(c + 1);
  }
  return text;
}

// A proxy may contain a password. Words of the message itself are not quoted from it: they stand there whatever it is.
void check_environment(std::string_view list, std::string_view host, std::string_view proxy) {
  constexpr std::size_t shortest = 6;
  const std::string said = complaint(list, host, std::string(proxy));
  if (proxy.size() < shortest || said.find(proxy) == std::string::npos) return;
  const std::string other = complaint(list, host, changed(std::string(proxy)));
  require(other.find(proxy) != std::string::npos, "a proxy is not quoted");
}

void run(std::string_view input) {
  const auto [list, host, proxy] = lines_of(input);
  check_list(list, host);
  check_environment(list, host, proxy);
}

const Registration registration("no_proxy", run);

}  // namespace
}  // namespace kplane::fuzz::no_proxy_target
