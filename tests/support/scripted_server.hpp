// ScriptedServer: a server that plays a script of replies, and the parts of a watch's reply.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
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

/// Plays one reply for each request, in order, and notes what was asked. A reply says what to send; what follows is the
/// end of the connection, or with `hold` silence. Requests beyond the last reply are held.
///
/// A watch that goes on after a broken connection looks up the server's version beside it, unless an event comes first:
/// such a request stands outside the script, and the answer is that nothing was restored.
class ScriptedServer {
 public:
  struct Reply {
    std::string reply;
    bool hold = false;
  };

  explicit ScriptedServer(std::vector<Reply> replies) : replies_(std::move(replies)) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string line = request.substr(0, request.find(" HTTP/"));
      if (asks_for_the_version(line)) {
        if (!connection.send(newest_)) return;
        continue;
      }
      const Reply reply = next(line);
      if (!connection.send(reply.reply)) return;
      if (reply.hold) return connection.wait_for_close();
      if (reply.reply.compare(0, stream_head.size(), stream_head) == 0) return;
    }
  }

  static bool asks_for_the_version(const std::string& line) {
    constexpr std::string_view one = "limit=1";
    return line.size() > one.size() && line.compare(line.size() - one.size(), one.size(), one) == 0;
  }

  Reply next(std::string line) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(line));
    return asked_.size() > replies_.size() ? Reply{"", true} : replies_[asked_.size() - 1];
  }

  const std::string newest_ = http_response(200, R"({"metadata":{"resourceVersion":"1000000"},"items":[]})");
  const std::vector<Reply> replies_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  const RawServer server_{[this](Connection& connection) { play(connection); }};  // goes first: it uses the others
};

}  // namespace kplane::tests
