// FleetTheatre: a server of one Fleet that answers by what is asked. How often a wait looks, and when, depends on how
// fast the machine is: scenes in the order of requests would shift.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"
#include "support/theatre.hpp"

namespace kplane::tests {

/// What is said to each kind of request, however often it is made.
struct FleetScenes {
  Theatre::Scene get;                          ///< to a look at the Fleet, until a watch was asked for
  Theatre::Scene list;                         ///< before a watch
  Theatre::Scene watch;                        ///< to every watch
  std::vector<Theatre::Scene> later_gets{};    ///< after a watch was asked for; the last one repeats; empty: get
  std::optional<Theatre::Scene> later_list{};  ///< after a watch was asked for; none: list
};

class FleetTheatre {
 public:
  explicit FleetTheatre(FleetScenes scenes) : scenes_(std::move(scenes)) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  /// The first watch that was asked for: `GET /path?query`.
  [[nodiscard]] std::string first_watch() const {
    const std::lock_guard lock(mutex_);
    return first_watch_;
  }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const Theatre::Scene scene = scene_for(request.substr(0, request.find(" HTTP/")));
      if (!connection.send(scene.reply)) return;
      if (scene.hold) return connection.wait_for_close();
      if (scene.reply.compare(0, stream_head.size(), stream_head) == 0) return;
    }
  }

  Theatre::Scene scene_for(const std::string& line) {
    const std::lock_guard lock(mutex_);
    const bool is_watched = !first_watch_.empty();
    if (line.find("watch=1") != std::string::npos) {
      if (!is_watched) first_watch_ = line;
      return scenes_.watch;
    }
    if (line.find("fieldSelector") != std::string::npos) {
      return is_watched ? scenes_.later_list.value_or(scenes_.list) : scenes_.list;
    }
    if (!is_watched || scenes_.later_gets.empty()) return scenes_.get;
    return scenes_.later_gets[std::min(later_gets_++, scenes_.later_gets.size() - 1)];
  }

  const FleetScenes scenes_;
  mutable std::mutex mutex_;
  std::string first_watch_;
  std::size_t later_gets_ = 0;
  const RawServer server_{[this](Connection& connection) { play(connection); }};  // goes first: it uses the others
};

}  // namespace kplane::tests
