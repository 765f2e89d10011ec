#include "local_server/rest/routes.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <tuple>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using Verbs = std::vector<std::string_view>;

const Verbs& verbs_of_place(const ResourceType& type, const ApiPath& path) {
  static const Verbs object = {"get", "update", "patch", "delete"};
  static const Verbs collection = {"list", "create", "deletecollection"};
  static const Verbs all_namespaces = {"list"};
  if (!path.name.empty()) return object;
  return type.namespaced && path.ns.empty() ? all_namespaces : collection;
}

std::string_view verb_of_method(const std::string& method, bool on_collection) {
  static constexpr std::array<std::tuple<std::string_view, std::string_view, std::string_view>, 5> verbs = {{
      {"GET", "get", "list"},
      {"POST", "create", "create"},
      {"PUT", "update", "update"},
      {"PATCH", "patch", "patch"},
      {"DELETE", "delete", "deletecollection"},
  }};
  for (const auto& [name, of_object, of_collection] : verbs) {
    if (name == method) return on_collection ? of_collection : of_object;
  }
  return {};
}

template <class List>
bool contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_wrong_scope(const ResourceType& type, const ApiPath& path) {
  return type.namespaced ? path.ns.empty() && !path.name.empty() : !path.ns.empty();
}

void check_built_in_route(const ResourceType& type, const ApiPath& path, const std::string& method) {
  if (is_wrong_scope(type, path) || path.has_more) throw StatusError(unknown_resource());
  if (!path.subresource.empty()) {
    const Subresource* subresource = find_subresource(type, path.subresource);
    if (subresource == nullptr) throw StatusError(unknown_resource());
    if (!contains(subresource->verbs, verb_of_method(method, false))) throw StatusError(method_not_allowed());
    return;
  }
  const Verbs& here = verbs_of_place(type, path);
  const std::string_view verb = verb_of_method(method, path.name.empty());
  if (contains(here, verb) && contains(type.verbs, verb)) return;
  const bool is_there =
      std::any_of(here.begin(), here.end(), [&](std::string_view each) { return contains(type.verbs, each); });
  throw StatusError(is_there ? method_not_allowed() : unknown_resource());
}

// The handler of custom types reads the request, where built-in types have routes: it answers in other words.
void check_custom_route(const ResourceType& type, const ApiPath& path, const std::string& method) {
  const std::string_view verb = verb_of_method(method == "HEAD" ? "GET" : method, path.name.empty());
  const bool across = type.namespaced && path.ns.empty() && path.name.empty();
  if (is_wrong_scope(type, path) || (across && verb != "list")) throw StatusError(page_not_found());
  if (path.has_more) throw StatusError(not_found(type, path.name));
  if (!path.subresource.empty()) {
    const Subresource* subresource = find_subresource(type, path.subresource);
    if (subresource == nullptr) throw StatusError(not_found(type, path.name));
    if (!contains(subresource->verbs, verb)) throw StatusError(method_not_supported(type, std::string(verb)));
    return;
  }
  if (verb.empty()) throw StatusError(method_not_supported(type, ""));
  if (path.name.empty() && (verb == "update" || verb == "patch")) {
    throw StatusError(bad_request("name must be provided"));
  }
}

// What is wrong with a duration, as Go words it; empty: nothing.
std::string duration_problem(const std::string& text) {
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  std::string invalid = "time: invalid duration " + quoted_text(text);
  if (rest.empty()) return invalid;
  while (!rest.empty()) {
    const std::size_t number = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::string_view digits = rest.substr(0, number);
    const bool is_number = digits.find_first_of("0123456789") != std::string_view::npos &&
                           std::count(digits.begin(), digits.end(), '.') <= 1;
    if (!is_number) return invalid;
    rest.remove_prefix(number);
    const std::string_view unit = rest.substr(0, rest.find_first_of("0123456789."));
    if (unit.empty()) return "time: missing unit in duration " + quoted_text(text);
    static constexpr std::array<std::string_view, 8> units = {"ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h"};
    if (!contains(units, unit)) {
      return "time: unknown unit " + quoted_text(std::string(unit)) + " in duration " + quoted_text(text);
    }
    rest.remove_prefix(unit.size());
  }
  return {};
}

bool is_acceptable(std::string range) {
  range.erase(std::min(range.find(';'), range.size()));
  range.erase(std::remove(range.begin(), range.end(), ' '), range.end());
  static constexpr std::array<std::string_view, 5> written = {
      "*/*", "application/*", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
  return contains(written, lower_case(range));
}

}  // namespace

void check_route(const ResourceType& type, const ApiPath& path, const std::string& method) {
  if (type.custom) return check_custom_route(type, path, method);
  check_built_in_route(type, path, method);
}

Answer unknown_path(const std::vector<std::string>& segments) {
  if (segments.size() < 2) return page_not_found();
  if (segments[0] == "api" || segments[0] == "version") return unknown_resource();
  const bool is_own = segments[0] == "apis" && !segments[1].empty() && is_built_in_group(segments[1]);
  return is_own ? unknown_resource() : page_not_found();
}

void check_accept(std::string_view accept) {
  if (accept.empty()) return;
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    if (is_acceptable(std::string(accept.substr(0, comma)))) return;
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  throw StatusError(not_acceptable());
}

void check_timeout(const std::map<std::string, std::string>& query) {
  const auto timeout = query.find("timeout");
  if (timeout == query.end() || timeout->second.empty()) return;
  const std::string problem = duration_problem(timeout->second);
  if (!problem.empty()) throw StatusError(bad_request("invalid timeout specified in the request URL - " + problem));
}

void check_body_size(std::string_view body) {
  constexpr std::size_t most = std::size_t{3} << 20U;
  if (body.size() > most) throw StatusError(too_large("Request entity too large: limit is " + std::to_string(most)));
}

}  // namespace kplane::testing::server
