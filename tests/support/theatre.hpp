// Theatre: a server that plays a script of replies, and the parts of a watch's reply.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"

namespace kplane::tests {

/// A line of a watch.
inline std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

inline const std::string stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
inline const std::string stream_end = "0\r\n\r\n";

inline std::string chunk(const std::string& text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string size;
  for (std::size_t left = text.size(); left > 0; left /= 16) size.insert(size.begin(), digits[left % 16]);
  return size + "\r\n" + text + "\r\n";
}

/// Plays one scene for each request, in order, and notes what was asked. A scene says what to send; what follows is the
/// end of the connection, or with `hold` silence. Requests beyond the last scene are held.
class Theatre {
 public:
  struct Scene {
    std::string reply;
    bool hold = false;
  };

  explicit Theatre(std::vector<Scene> scenes) : scenes_(std::move(scenes)) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const Scene scene = next(request.substr(0, request.find(" HTTP/")));
      if (!connection.send(scene.reply)) return;
      if (scene.hold) return connection.wait_for_close();
      if (scene.reply.compare(0, stream_head.size(), stream_head) == 0) return;
    }
  }

  Scene next(std::string line) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(line));
    return asked_.size() > scenes_.size() ? Scene{"", true} : scenes_[asked_.size() - 1];
  }

  const std::vector<Scene> scenes_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  const RawServer server_{[this](Connection& connection) { play(connection); }};  // goes first: it uses the others
};

}  // namespace kplane::tests
