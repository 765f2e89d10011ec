// Recordings to report on, and what a report says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kplane/rl/rl.hpp>
#include <nlohmann/json.hpp>

#include "cli/report/report.hpp"
#include "rl/recording/steps.hpp"

namespace kplane::cli::reporting {

using Json = nlohmann::json;

/// A state with one object of a type.
inline std::string state_of(const std::string& plane, const std::string& object, const std::string& type = "configmaps",
                            const std::string& time = "2026-05-21T18:05:12Z") {
  return R"({"cluster":")" + plane + R"(","snapshotTime":")" + time +
         R"(","liveResources":1,"resources":[{"group":"","resource":")" + type +
         R"(","synced":true,"itemCount":1,"items":[)" + object + "]}]}";
}

inline rl::Step step_of(std::int64_t episode, std::int64_t step, const std::string& plane,
                        std::optional<double> reward = std::nullopt) {
  rl::Step made = rl::make_step(episode, step, plane);
  made.reward = reward;
  return made;
}

inline rl::Recording record(const std::string& path, const std::vector<rl::Step>& steps,
                            rl::RecorderOptions options = rl::with_little_memory()) {
  rl::Recorder recorder(path, options);
  for (const rl::Step& step : steps) recorder.append(step);
  recorder.close();
  return rl::Recording(path);
}

inline Report report_on(const std::vector<rl::Recording>& recordings, const ReportOptions& options = {}) {
  return make_report(recordings, options, {});
}

inline Json numbers_of(const std::vector<rl::Recording>& recordings, const ReportOptions& options = {}) {
  return Json::parse(report_on(recordings, options).json);
}

}  // namespace kplane::cli::reporting
