// The contents of a Table's cells: small functions of an object, named in tables/columns.json.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// A cell of tables/columns.json: a path (`.spec.nodeName`), or a function with its arguments (`age .metadata.x`), and
/// after ` ?? ` what stands for a cell that would be empty.
class Cell {
 public:
  explicit Cell(const std::string& expression);
  [[nodiscard]] nlohmann::json of(const nlohmann::json& object) const;

 private:
  using Arguments = std::vector<std::string>;
  using Function = nlohmann::json (*)(const nlohmann::json& object, const Arguments& arguments);
  [[nodiscard]] static Function find_function(const std::string& name);

  Function function_ = nullptr;
  Arguments arguments_{};
  std::string otherwise_{};
};

/// What is at a path such as `.spec.nodeName`; null where there is nothing.
[[nodiscard]] const nlohmann::json& value_at(const nlohmann::json& object, const std::string& path);
/// The list there; an empty one where there is none.
[[nodiscard]] const nlohmann::json& list_at(const nlohmann::json& object, const std::string& path);
/// The string there; empty where there is none.
[[nodiscard]] std::string string_at(const nlohmann::json& object, const std::string& path);
/// The number there; 0 where there is none.
[[nodiscard]] std::int64_t number_at(const nlohmann::json& object, const std::string& path);

/// How long ago an RFC 3339 time was, as kubectl shows it: `5m30s`, `3d2h`.
[[nodiscard]] std::string age_of(const std::string& timestamp);
/// `90` → `90s`, `300` → `5m`.
[[nodiscard]] std::string human_duration(std::int64_t seconds);
/// Seconds since 1970 of an RFC 3339 time. @return false for what is none
[[nodiscard]] bool parse_time(const std::string& text, std::int64_t& seconds);

/// The cells of a pod that its containers decide.
[[nodiscard]] nlohmann::json pod_ready(const nlohmann::json& pod, const std::vector<std::string>& arguments);
[[nodiscard]] nlohmann::json pod_status(const nlohmann::json& pod, const std::vector<std::string>& arguments);
[[nodiscard]] nlohmann::json pod_restarts(const nlohmann::json& pod, const std::vector<std::string>& arguments);
[[nodiscard]] nlohmann::json pod_gates(const nlohmann::json& pod, const std::vector<std::string>& arguments);
[[nodiscard]] nlohmann::json hpa_targets(const nlohmann::json& autoscaler, const std::vector<std::string>& arguments);

}  // namespace kplane::testing::server
