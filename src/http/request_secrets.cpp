#include "http/request_secrets.hpp"

#include <algorithm>
#include <string>

#include "base/base64.hpp"
#include "http/url.hpp"

namespace kplane::http {

namespace {

constexpr std::size_t longest_user_info = std::size_t{1} << 20;

void add_authorization(Secrets& secrets, std::string_view value) {
  const std::size_t blank = value.find(' ');  // RFC 9110 §11.4
  const std::string_view scheme = value.substr(0, std::min(blank, value.size()));
  const std::string_view credential = trimmed(value.substr(blank == std::string_view::npos ? 0 : blank + 1));
  secrets.add(credential);
  if (!is_same_name(scheme, "Basic")) return;
  if (credential.size() > longest_user_info) return;
  const std::string user_info = detail::decode_base64(credential).value_or("");
  secrets.add(user_info);
  if (user_info.find(':') != std::string::npos)
    secrets.add(std::string_view(user_info).substr(user_info.find(':') + 1));
}

}  // namespace

void add_named(Secrets& secrets, std::string_view name, std::string_view value) {
  if (is_same_name(name, "Authorization") || is_same_name(name, "Proxy-Authorization"))
    return add_authorization(secrets, value);
  if (is_sensitive_name(name)) secrets.add(value);
}

void add_request(Secrets& secrets, const Headers& headers, std::string_view url, const AuthInfo& identity) {
  for (const auto& [name, value] : identity.headers) add_named(secrets, name, value);
  for (const auto& [name, value] : headers) add_named(secrets, name, value);
  std::string_view query = url;
  query.remove_prefix(std::min(query.find('?'), query.size()));
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view parameter = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    add_named(secrets, percent_decoded(parameter.substr(0, equals)), percent_decoded(value));
    query.remove_prefix(parameter.size());
  }
}

Secrets RequestSecrets::secrets() const {
  Secrets found;
  add_request(found, headers_, url_, *identity_);
  add_proxy(found, proxy_);
  return found;
}

void add_proxy(Secrets& secrets, std::string_view url) {
  const std::size_t end = url.rfind('@');
  if (end == std::string_view::npos) return;
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  if (begin >= end) return;
  const std::string user_info = percent_decoded(url.substr(begin, end - begin));
  secrets.add(user_info);
  const std::size_t colon = user_info.find(':');
  if (colon != std::string::npos) secrets.add(std::string_view(user_info).substr(colon + 1));
}

}  // namespace kplane::http
