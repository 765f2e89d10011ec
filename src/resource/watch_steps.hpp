// The decisions of a watch, without I/O: what to send next, and what the answers mean.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kplane/watch.hpp>

#include "codec/object_list.hpp"
#include "codec/watch_event.hpp"
#include "http/message.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

/// The collection that is watched.
struct WatchSource {
  std::shared_ptr<ClientCore> core;
  std::shared_ptr<http::Credentials> credentials;
  std::string url;  ///< without query
  std::string label_selector{};
  std::string field_selector{};
  std::string ns{};  ///< of all its objects; empty: any
};

/// The response that a watch reads. The destructor ends it.
class WatchConnection {
 public:
  WatchConnection() = default;
  WatchConnection(const WatchConnection&) = delete;
  WatchConnection& operator=(const WatchConnection&) = delete;
  virtual ~WatchConnection() = default;

  /// What has arrived; the watch erases what it has parsed.
  [[nodiscard]] virtual std::string& buffer() noexcept = 0;
  /// Whether the server has answered with a success.
  [[nodiscard]] virtual bool is_open() const noexcept = 0;
  [[nodiscard]] virtual const std::string& request_line() const noexcept = 0;
  /// Those of the request.
  [[nodiscard]] virtual Secrets secrets() const = 0;
};

/// What to do next.
struct WatchStep {
  enum class Kind {
    wait,  ///< until `at`
    ask,   ///< send `request`, then take_answer()
    open,  ///< start `request`, whose response is a watch, and take_connection() or take_open_error()
    read,  ///< take_bytes() or take_end() when there is something; take_silence() when there is nothing until `at`
  };

  Kind kind;
  TimePoint at = TimePoint::max();
  std::optional<http::Request> request{};
};

/// Reports the changes to a collection in order, each once, across reconnections. Whoever carries out its steps may
/// block, or carry out those of many watches at once.
///
/// Not thread-safe. Never blocks.
class WatchSteps {
 public:
  /// @param resource_version report the changes after it; empty or `0`: first report existing objects as `added`
  WatchSteps(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit, StopToken stop);

  /// Call again when the step was carried out. @param until when the caller gives up: what is asked may take a little
  /// longer
  [[nodiscard]] WatchStep next(TimePoint until);
  void take_answer(Result<http::Response> received);
  void take_connection(std::unique_ptr<WatchConnection> connection);
  void take_open_error(const Error& error);
  /// The response has begun: other time limits hold from now on.
  void take_opened() { heard_ = now(); }
  void take_bytes();
  void take_silence();
  void take_read_error(const Error& error) { fail(error); }
  void take_end(Result<http::Response> received);

  /// Makes the next steps list once more, at any time; the changes are events. For a watch that began with a list.
  void look();
  [[nodiscard]] bool is_looking() const noexcept { return look_ == Look::under_way; }
  [[nodiscard]] bool has_look_failed() const noexcept { return look_ == Look::failed; }

  [[nodiscard]] bool has_event() const noexcept { return !pending_.empty(); }
  [[nodiscard]] WatchEvent take_event();
  /// An error that retrying does not fix; it counts once there are no more events. nullptr: none.
  [[nodiscard]] const std::shared_ptr<const Error>& failure() const noexcept { return failure_; }
  /// Whether the existing objects have been listed.
  [[nodiscard]] bool has_caught_up() const noexcept { return has_caught_up_; }
  /// Whether the watch connection is open.
  [[nodiscard]] bool is_live() const noexcept { return connection_ && connection_->is_open(); }
  [[nodiscard]] const StopTokens& stops() const noexcept { return stops_; }
  [[nodiscard]] ClientCore& core() const noexcept { return *source_.core; }

 private:
  using Key = std::pair<std::string, std::string>;  // namespace and name
  enum class Look { none, under_way, answered, failed };

  [[nodiscard]] WatchStep list_step(TimePoint until);
  [[nodiscard]] WatchStep check_step(TimePoint until);
  [[nodiscard]] WatchStep open_step() const;
  [[nodiscard]] WatchStep ask(std::string url, TimePoint until) const;
  void take_page(codec::ObjectPage page, std::size_t bytes);
  void end_list(std::string version);
  void drop_list();
  void report_list(std::vector<Object> objects);
  void take_newest(const std::string& newest);
  [[nodiscard]] TimePoint given_up_at() const;
  [[nodiscard]] TimePoint checked_at() const;
  void take_lines();
  void take_line(std::string_view text);
  void take_last_line();
  void check_begin();
  void note_event(codec::WatchLineType type, Object object);
  [[nodiscard]] bool is_past(const Object& object) const;
  void take_change(WatchEventType type, Object object);
  void report_known(Key key, WatchEventType type, Object object);
  void check_asked_for(const Object& object) const;
  void take_last(Result<http::Response> received);
  void take_error_event(const Object& status);
  void take_error(const Error& error);
  void start_anew();
  void fail(const Error& error);
  void end_connection();
  void disconnect_after_trouble(std::chrono::milliseconds at_least = {});
  [[nodiscard]] ListCursor::Query selectors() const;
  [[nodiscard]] std::string watch_query() const;
  [[nodiscard]] TimePoint now() const { return source_.core->clock().now(); }

  const WatchSource source_;
  const std::chrono::milliseconds idle_limit_;
  const StopToken stop_;
  const StopTokens stops_;
  const std::string name_;       // of all its objects; empty: any
  const bool knows_all_;         // it began with a list, so it can compute what a later list changes
  std::map<Key, Object> known_;  // as last reported; only with knows_all_
  std::string version_;          // to resume after
  std::string told_version_;     // the newest reported since the last list
  bool must_list_;
  bool must_check_ = false;  // whether the server ever had the version
  bool has_caught_up_ = !must_list_;
  std::optional<ListCursor> cursor_;  // of the list that is being read
  std::vector<Object> listed_;        // its pages so far
  Look look_ = Look::none;
  std::unique_ptr<WatchConnection> connection_;
  std::size_t searched_ = 0;  // how much of the connection's buffer was searched for a newline
  std::size_t blank_ = 0;     // leading whitespace in the connection's buffer
  TimePoint opened_{};
  TimePoint heard_{};                // when the last byte of this connection arrived
  bool has_told_ = false;            // this connection has delivered a line
  bool was_broken_ = false;          // the last connection ended in an error: the server may have been restored
  bool is_version_checked_ = false;  // this connection's server is known to have the version
  TimePoint retry_at_{};
  int troubles_ = 0;      // consecutive failures without an event in between
  int error_events_ = 0;  // likewise
  std::deque<WatchEvent> pending_;
  std::shared_ptr<const Error> failure_;  // thrown once the events before it were reported
};

}  // namespace kplane::detail
