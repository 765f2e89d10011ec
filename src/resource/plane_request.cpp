#include "resource/plane_request.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>

#include "http/message.hpp"
#include "http/url.hpp"

namespace kplane::detail {

namespace {

std::string content_type_of(const Request& request) {
  if (!request.content_type.empty()) return request.content_type;
  return request.method == "PATCH" ? "application/merge-patch+json" : "application/json";
}

http::Headers headers_of(Request& request) {
  http::Headers headers = std::move(request.headers);
  headers.reserve(headers.size() + 2);
  if (!http::find_header(headers, "Accept")) headers.emplace_back("Accept", "application/json");
  if (!request.body.empty() && !http::find_header(headers, "Content-Type")) {
    headers.emplace_back("Content-Type", content_type_of(request));
  }
  return headers;
}

}  // namespace

void check_request(const Request& request) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (request.method.empty() || !std::all_of(request.method.begin(), request.method.end(), is_upper)) {
    throw ConfigError("Request::method must consist of upper case letters, such as GET");
  }
  http::check_path(request.path);
  constexpr std::array<std::string_view, 4> reserved = {"Authorization", "Host", "Content-Length", "Transfer-Encoding"};
  for (const auto& [name, value] : request.headers) http::check_header(name, value);
  for (const std::string_view name : reserved) {
    if (http::find_header(request.headers, name)) {
      throw ConfigError("Request::headers must not set " + std::string(name) +
                        "; for credentials use PlaneOptions or ClientOptions");
    }
  }
  if (!request.body.empty()) http::check_header("Content-Type", request.content_type);
}

http::Request sendable(const PlaneEndpoint& endpoint, Request request) {
  ClientCore& core = *endpoint.core;
  http::Request sent =
      core.make_request(request.method, endpoint.base_url + request.path + http::query_string(request.query));
  sent.headers = headers_of(request);
  sent.body = std::move(request.body);
  sent.credentials = endpoint.credentials;
  sent.outcome_listener = endpoint.write_listener;
  sent.deadline = core.deadline(request.timeout);
  sent.stop = request.stop;
  sent.idempotent = request.idempotent.value_or(sent.idempotent);
  return sent;
}

}  // namespace kplane::detail
