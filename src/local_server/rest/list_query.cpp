#include "local_server/rest/list_query.hpp"

#include <charconv>
#include <vector>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

constexpr const char kMatch[] = "resourceVersionMatch";
constexpr const char kExact[] = "Exact";
constexpr const char kNotOlderThan[] = "NotOlderThan";

std::string text_of(const Query& query, const char* name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string{} : found->second;
}

// Any value but these two is true, the empty one included.
std::optional<bool> flag(const Query& query, const char* name) {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  const std::string& value = found->second;
  return value != "0" && value != "false" && value != "False" && value != "FALSE";
}

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::int64_t integer(const Query& query, const char* name) {
  const std::string text = text_of(query, name);
  if (text.empty()) return 0;
  const auto number = number_of<std::int64_t>(text);
  if (!number) throw StatusError(bad_request("strconv.ParseInt: parsing \"" + text + "\": invalid syntax"));
  return *number;
}

std::string not_a_version(const std::string& text) {
  return "resourceVersion: Invalid value: \"" + text + "\": strconv.ParseUint: parsing \"" + text +
         "\": invalid syntax";
}

std::optional<std::uint64_t> list_version(const Query& query) {
  const std::string text = text_of(query, "resourceVersion");
  if (text.empty()) return std::nullopt;
  const auto number = number_of<std::uint64_t>(text);
  if (!number) throw StatusError(bad_request("invalid resource version: " + not_a_version(text)));
  return number;
}

Cause forbidden_cause(const char* field, const std::string& problem) {
  return {"FieldValueForbidden", "Forbidden: " + problem, field};
}

Cause unsupported_match(const std::string& value, const char* supported) {
  return {"FieldValueNotSupported", "Unsupported value: \"" + value + "\": supported values: " + supported, kMatch};
}

std::vector<Cause> problems_of_watch(const ListQuery& query) {
  const std::string& match = query.resource_version_match;
  std::vector<Cause> causes;
  if (query.send_initial_events && match != kNotOlderThan) {
    causes.push_back(
        forbidden_cause(kMatch, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  // A watch that names no version has them by default.
  const bool has_default_match = match.empty() && !query.send_initial_events && query.resource_version.value_or(0) == 0;
  if (match.empty() && !has_default_match) return causes;
  if (!query.send_initial_events && !has_default_match) {
    causes.push_back(
        forbidden_cause(kMatch, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  if (match != kNotOlderThan && !has_default_match) causes.push_back(unsupported_match(match, R"("NotOlderThan")"));
  if (!query.continue_token.empty()) {
    causes.push_back(forbidden_cause(kMatch, "resourceVersionMatch is forbidden when continue is provided"));
  }
  return causes;
}

std::vector<Cause> problems_of_match(const ListQuery& query) {
  const std::string& match = query.resource_version_match;
  std::vector<Cause> causes;
  if (!query.resource_version) {
    causes.push_back(forbidden_cause(kMatch, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (!query.continue_token.empty()) {
    causes.push_back(forbidden_cause(kMatch, "resourceVersionMatch is forbidden when continue is provided"));
  }
  if (match != kExact && match != kNotOlderThan) {
    causes.push_back(unsupported_match(match, R"("Exact", "NotOlderThan", "")"));
  }
  if (match == kExact && query.resource_version == 0U) {
    causes.push_back(forbidden_cause(kMatch, R"(resourceVersionMatch "exact" is forbidden for resourceVersion "0")"));
  }
  return causes;
}

std::vector<Cause> problems_of_list(const ListQuery& query) {
  auto causes = query.resource_version_match.empty() ? std::vector<Cause>{} : problems_of_match(query);
  if (query.send_initial_events) {
    causes.push_back(forbidden_cause("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return causes;
}

void check(const ListQuery& query) {
  const auto causes = query.watch ? problems_of_watch(query) : problems_of_list(query);
  if (causes.empty()) return;
  ResourceType options;
  options.group = "meta.k8s.io";
  options.kind = "ListOptions";
  throw StatusError(invalid(options, "", causes));
}

}  // namespace

std::optional<std::uint64_t> read_version(const Query& query) {
  const std::string text = text_of(query, "resourceVersion");
  if (text.empty()) return std::nullopt;
  const auto number = number_of<std::uint64_t>(text);
  if (!number) throw StatusError(unexplained_error(not_a_version(text)));
  return number;
}

bool asks_for_watch(const Query& query) { return flag(query, "watch").value_or(false); }

ListQuery parse_list_query(const Query& query) {
  ListQuery parsed;
  parsed.watch = asks_for_watch(query);
  parsed.bookmarks = flag(query, "allowWatchBookmarks").value_or(false);
  parsed.send_initial_events = flag(query, "sendInitialEvents");
  parsed.timeout_seconds = integer(query, "timeoutSeconds");
  parsed.limit = integer(query, "limit");
  parsed.continue_token = text_of(query, "continue");
  parsed.resource_version = parsed.watch ? read_version(query) : list_version(query);
  parsed.resource_version_match = text_of(query, kMatch);
  check(parsed);
  return parsed;
}

}  // namespace kplane::testing::server
