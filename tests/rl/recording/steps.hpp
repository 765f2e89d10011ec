// Steps to record, small and all different, and what tests do with files.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/rl/rl.hpp>
#include <kplane/snapshot.hpp>

#include "support/temporary_directory.hpp"

namespace kplane::rl {

/// A state of one pod, whose phase tells it from others.
inline std::string state_text(std::string_view plane, std::string_view phase) {
  return R"({"cluster":")" + std::string(plane) +
         R"(","snapshotTime":"2026-05-21T18:05:12Z","liveResources":1,"resources":[{"group":"","resource":"pods",)"
         R"("synced":true,"itemCount":1,"items":[{"metadata":{"name":"web","namespace":"default"},"status":{"phase":")" +
         std::string(phase) + R"("}}]}]})";
}

inline Step make_step(std::int64_t episode, std::int64_t step, const std::string& plane = "rl-0000") {
  Step made;
  made.episode = episode;
  made.step = step;
  made.plane = plane;
  made.action = R"({"scale":)" + std::to_string(step) + "}";
  made.reward = 0.1 * static_cast<double>(step);
  made.state = Snapshot::from_json(state_text(plane, "phase-" + std::to_string(episode) + "-" + std::to_string(step)));
  return made;
}

/// For tests that make many Recorders.
inline RecorderOptions with_little_memory() {
  RecorderOptions options;
  options.history_bytes = std::size_t{1} << 20U;
  return options;
}

inline std::vector<Step> all_steps(const std::string& path) {
  std::vector<Step> steps;
  Replay replay(path);
  for (const Step& step : replay) steps.push_back(step);
  return steps;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A directory with room for a recording.
class RecordingDirectory {
 public:
  [[nodiscard]] std::string path(const std::string& name = "run.jsonl.zst") const {
    return (directory_.path() / name).string();
  }

 private:
  tests::TemporaryDirectory directory_;
};

}  // namespace kplane::rl
