#include "local_server/fleet/server_pages.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/base/tables.hpp"
#include "local_server/fleet/readiness.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::array<const char*, 3> kHealth = {"healthz", "livez", "readyz"};

using Checks = std::map<std::string, std::vector<std::string>>;

const Checks& checks() {
  static const Checks read = parse_table(Table::resources)["checks"].get<Checks>();
  return read;
}

Answer verbose(const std::string& page) {
  std::string text;
  for (const auto& check : checks().at(page)) text += "[+]" + check + " ok\n";
  return {200, text + page + " check passed\n", kTextType, {}};
}

Answer answer_health(const std::vector<std::string>& segments, const std::map<std::string, std::string>& query,
                     const Plane& plane, const PlaneScript& script) {
  const std::string& page = segments.front();
  const Answer healthy{200, "ok", kTextType, {}};
  if (segments.size() == 1) {
    if (page == "readyz" && !readiness_problem(plane, script).empty()) return answer_readyz(plane, script);
    return query.count("verbose") > 0 ? verbose(page) : healthy;
  }
  std::string name = segments[1];
  for (std::size_t i = 2; i < segments.size(); ++i) name += "/" + segments[i];
  const auto& names = checks().at(page);
  return std::find(names.begin(), names.end(), name) != names.end() ? healthy : page_not_found();
}

// `v1.34.2` → {"1", "34"}
std::pair<std::string, std::string> numbers_of(const std::string& version) {
  const std::size_t first = version.find('.');
  const std::size_t second = version.find('.', first + 1);
  return {version.substr(1, first - 1), version.substr(first + 1, second - first - 1)};
}

Answer answer_version() {
  const auto [major, minor] = numbers_of(types_version());
  const ordered_json version = {{"major", major},
                                {"minor", minor},
                                {"emulationMajor", major},
                                {"emulationMinor", minor},
                                {"gitVersion", types_version()},
                                {"gitCommit", "kplane-local"},
                                {"gitTreeState", "clean"},
                                {"buildDate", "2026-01-01T00:00:00Z"},
                                {"goVersion", ""},
                                {"compiler", ""},
                                {"platform", ""}};
  return {200, version.dump(2), kJsonType, {}};
}

Answer answer_metrics() {
  const std::string name = "kubernetes_build_info";
  return {200,
          "# HELP " + name + " [ALPHA] The version whose API this server answers with.\n# TYPE " + name + " gauge\n" +
              name + "{git_version=\"" + types_version() + "\"} 1\n",
          "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
          {}};
}

}  // namespace

std::optional<Answer> answer_page(const std::vector<std::string>& segments, const std::string& method,
                                  const std::map<std::string, std::string>& query, const Plane& plane,
                                  const PlaneScript& script) {
  if (segments.empty()) return std::nullopt;
  const std::string& page = segments.front();
  if (std::find(kHealth.begin(), kHealth.end(), page) != kHealth.end()) {
    return answer_health(segments, query, plane, script);
  }
  if (segments.size() > 1) return std::nullopt;
  if (page == "metrics") return answer_metrics();
  if (page != "version") return std::nullopt;
  if (method != "GET") throw StatusError(method_not_allowed());
  return answer_version();
}

Answer answer_root(const ServedTypes& types) {
  std::set<std::string> paths = {"/api", "/apis", "/metrics", "/openapi/v2", "/openapi/v3", "/version"};
  for (const auto* type : types) {
    paths.insert(type->group.empty() ? "/api/" + type->version : "/apis/" + api_version(*type));
    if (!type->group.empty()) paths.insert("/apis/" + type->group);
  }
  for (const auto& [page, names] : checks()) {
    paths.insert("/" + page);
    for (const auto& name : names) paths.insert(std::string("/").append(page).append("/").append(name));
  }
  return {200, json{{"paths", paths}}.dump(2), kJsonType, {}};
}

}  // namespace kplane::testing::server
