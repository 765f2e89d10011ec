// Continue tokens: a small JSON document in base64 for URLs, without padding.
#include "local_server/rest/continue_token.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "local_server/base/base64.hpp"
#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::ordered_json;

constexpr const char kContinueVersion[] = "meta.k8s.io/v1";
constexpr const char kInvalid[] = "continue key is not valid";

std::string from_base64_url(std::string text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::size_t wrong = text.find_first_not_of(kAlphabet);
  if (wrong != std::string::npos || text.size() % 4 == 1) {
    throw ContinueTokenError(std::string(kInvalid) + ": illegal base64 data at input byte " +
                             std::to_string(std::min(wrong, text.size())));
  }
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return from_base64(text);
}

nlohmann::json parse_token(const std::string& text) {
  try {
    nlohmann::json document = parse_json(text);
    if (document.is_object()) return document;
  } catch (const JsonTextError& error) {
    throw ContinueTokenError(std::string(kInvalid) + ": " + error.what());
  }
  throw ContinueTokenError(std::string(kInvalid) + ": it is no object");
}

}  // namespace

std::string encode(const ContinueToken& token) {
  return base64_url(to_text(ordered_json{{"v", kContinueVersion}, {"rv", token.version}, {"start", token.start}}));
}

ContinueToken decode_continue_token(std::string text) {
  const nlohmann::json document = parse_token(from_base64_url(std::move(text)));
  const std::string form = string_member(document, "v");
  if (form != kContinueVersion) {
    throw ContinueTokenError(std::string(kInvalid) + ": server does not recognize this encoded version " + form);
  }
  const auto version = document.find("rv");
  if (version == document.end() || !version->is_number_integer() || *version == 0) {
    throw ContinueTokenError(std::string(kInvalid) + ": incorrect encoded start resourceVersion (version " +
                             kContinueVersion + ")");
  }
  const std::string start = string_member(document, "start");
  if (start.empty())
    throw ContinueTokenError(std::string(kInvalid) + ": encoded start key empty (version meta.k8s.io/v1)");
  return {version->get<std::int64_t>(), start};
}

}  // namespace kplane::testing::server
