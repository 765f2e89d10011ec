#include "local_server/base/api_path.hpp"

#include <algorithm>

#include "local_server/base/characters.hpp"

namespace kplane::testing::server {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool parse_query(std::string_view text, std::map<std::string, std::string>& query) {
  if (text.empty()) return true;
  for (const auto pair : split(text, '&')) {
    const std::size_t equals = pair.find('=');
    const auto key = percent_decoded(pair.substr(0, equals), true);
    const auto value =
        percent_decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!key || !value) return false;
    query.emplace(*key, *value);
  }
  return true;
}

bool parse_segments(std::string_view path, std::vector<std::string>& segments) {
  if (path.empty() || path.front() != '/') return false;
  if (path == "/") return true;
  for (const auto part : split(path.substr(1), '/')) {
    auto segment = percent_decoded(part, false);
    if (!segment || segment->find('\0') != std::string::npos) return false;
    segments.push_back(std::move(*segment));
  }
  return true;
}

bool may_end_in_slash(const std::vector<std::string>& segments) {
  if (segments.size() < 2 || !segments.back().empty()) return false;
  return segments[0] == "api" || segments[0] == "apis" || segments[0] == "version";
}

// `namespaces/NAME/status` and `/finalize` are subresources of the namespace; anything else there lies inside it.
bool lies_in_namespace(const std::vector<std::string>& rest) {
  return rest.size() >= 3 && rest[0] == "namespaces" && rest[2] != "status" && rest[2] != "finalize";
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

std::optional<RequestTarget> parse_target(std::string_view target) {
  RequestTarget parsed;
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos && !parse_query(target.substr(question + 1), parsed.query)) {
    return std::nullopt;
  }
  if (!parse_segments(target.substr(0, question), parsed.segments)) return std::nullopt;
  auto& segments = parsed.segments;
  if (segments.size() >= 3 && segments[0] == "clusters" && segments[2] == "control-plane") {
    parsed.cluster = segments[1];
    segments.erase(segments.begin(), segments.begin() + 3);
    if (segments.size() == 1 && segments[0].empty()) segments.clear();
  }
  if (may_end_in_slash(segments)) segments.pop_back();
  return parsed;
}

std::optional<ApiPath> parse_api_path(const std::vector<std::string>& segments) {
  const bool core = segments.size() >= 3 && segments[0] == "api";
  const bool grouped = segments.size() >= 4 && segments[0] == "apis";
  if (!core && !grouped) return std::nullopt;
  if (std::any_of(segments.begin(), segments.end(), [](const std::string& s) { return s.empty(); })) {
    return std::nullopt;
  }
  ApiPath path;
  if (grouped) path.group = segments[1];
  path.version = segments[grouped ? 2 : 1];
  std::vector<std::string> rest(segments.begin() + (grouped ? 3 : 2), segments.end());
  // `watch/namespaces/NS/pods` is the old form of `?watch=1`.
  path.watch = rest.size() > 1 && rest.front() == "watch";
  if (path.watch) rest.erase(rest.begin());
  if (lies_in_namespace(rest)) {
    path.ns = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  path.resource = rest[0];
  if (rest.size() > 1) path.name = rest[1];
  if (rest.size() > 2) path.subresource = rest[2];
  path.has_more = rest.size() > 3;
  return path;
}

bool is_cluster_id(std::string_view id) {
  if (id.empty() || !is_alphanumeric(id.front())) return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

}  // namespace kplane::testing::server
