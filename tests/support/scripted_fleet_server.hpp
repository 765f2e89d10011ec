// ScriptedFleetServer: a server of one Fleet that answers by what is asked. How often a wait looks, and when, depends
// on how fast the machine is: replies in the order of requests would shift.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {

/// What is said to each kind of request, however often it is made.
struct FleetReplies {
  ScriptedServer::Reply get;                          ///< to a look at the Fleet, until a watch was asked for
  ScriptedServer::Reply list;                         ///< before a watch
  ScriptedServer::Reply watch;                        ///< to every watch
  std::vector<ScriptedServer::Reply> later_gets{};    ///< after a watch was asked for; the last one repeats; empty: get
  std::optional<ScriptedServer::Reply> later_list{};  ///< after a watch was asked for; none: list
};

class ScriptedFleetServer {
 public:
  explicit ScriptedFleetServer(FleetReplies replies) : replies_(std::move(replies)) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  /// The first watch that was asked for: `GET /path?query`.
  [[nodiscard]] std::string first_watch() const {
    const std::lock_guard lock(mutex_);
    return first_watch_;
  }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const ScriptedServer::Reply reply = reply_for(request.substr(0, request.find(" HTTP/")));
      if (!connection.send(reply.reply)) return;
      if (reply.hold) return connection.wait_for_close();
      if (reply.reply.compare(0, stream_head.size(), stream_head) == 0) return;
    }
  }

  ScriptedServer::Reply reply_for(const std::string& line) {
    const std::lock_guard lock(mutex_);
    const bool is_watched = !first_watch_.empty();
    if (line.find("watch=1") != std::string::npos) {
      if (!is_watched) first_watch_ = line;
      return replies_.watch;
    }
    if (line.find("fieldSelector") != std::string::npos) {
      return is_watched ? replies_.later_list.value_or(replies_.list) : replies_.list;
    }
    if (!is_watched || replies_.later_gets.empty()) return replies_.get;
    return replies_.later_gets[std::min(later_gets_++, replies_.later_gets.size() - 1)];
  }

  const FleetReplies replies_;
  mutable std::mutex mutex_;
  std::string first_watch_;
  std::size_t later_gets_ = 0;
  const RawServer server_{[this](Connection& connection) { play(connection); }};  // goes first: it uses the others
};

}  // namespace kplane::tests
