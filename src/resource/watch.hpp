// Reports the changes to a collection in order, each once, across reconnections.
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
#include "http/stream.hpp"
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

/// Not thread-safe.
class Watch {
 public:
  /// @param resource_version report the changes after it; empty or `0`: first report existing objects as `added`
  Watch(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit, StopToken stop);

  /// Waits for the next event. @return nullopt when `until` passed or a stop was requested
  /// @throws ApiError, TlsError, DecodeError: errors that retrying does not fix. Expired when `resource_version` was
  /// given and the server does not have the changes after it: it is too old, or from before a restore
  [[nodiscard]] std::optional<WatchEvent> next(TimePoint until);

  /// Waits until the existing objects have been listed; the next calls of next() report them. Returns early as next()
  /// does.
  void catch_up(TimePoint until);
  [[nodiscard]] bool has_caught_up() const noexcept { return has_caught_up_; }
  /// Lists once more, at any time; the next calls of next() report the changes. For a watch that began with a list.
  /// Takes at most about a second. @return whether the server answered
  [[nodiscard]] bool look();
  /// Whether next() would return an event without blocking.
  [[nodiscard]] bool has_event() const noexcept { return !pending_.empty(); }

  /// Whether the watch connection is open.
  [[nodiscard]] bool is_live() const noexcept { return stream_ && stream_->is_open(); }
  [[nodiscard]] bool stop_requested() const noexcept { return stops_.stop_requested(); }

 private:
  using Key = std::pair<std::string, std::string>;  // namespace and name

  void advance(TimePoint until);
  void list(TimePoint until);
  [[nodiscard]] std::vector<Object> list_all(TimePoint until);
  [[nodiscard]] codec::ObjectPage list_page(std::string url, TimePoint until);
  void report_list(std::vector<Object> objects);
  void check_version(TimePoint until);
  [[nodiscard]] std::optional<std::string> newest_version(TimePoint until);
  void connect();
  void receive(TimePoint until);
  void read_stream(TimePoint until);
  void take_silence(TimePoint until);
  [[nodiscard]] TimePoint given_up_at() const;
  [[nodiscard]] TimePoint checked_at() const;
  void take_lines();
  void take_line(std::string_view text);
  void take_last_line();
  void check_begin();
  void take_event(codec::WatchLineType type, Object object);
  [[nodiscard]] bool is_past(const Object& object) const;
  void take_change(WatchEventType type, Object object);
  void report_known(Key key, WatchEventType type, Object object);
  void check_asked_for(const Object& object) const;
  void take_end(Result<http::Response> received);
  void take_error_event(const Object& status);
  void take_error(const Error& error);
  void start_anew();
  void fail(const Error& error);
  void end_stream();
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
  std::unique_ptr<http::Stream> stream_;
  std::size_t searched_ = 0;  // how much of the stream's buffer was searched for a newline
  std::size_t blank_ = 0;     // leading whitespace in the stream's buffer
  TimePoint opened_{};
  TimePoint heard_{};                // when the last byte of this connection arrived
  bool has_told_ = false;            // this connection has delivered a line
  bool is_version_checked_ = false;  // this connection's server is known to have the version
  TimePoint retry_at_{};
  int troubles_ = 0;      // consecutive failures without an event in between
  int error_events_ = 0;  // likewise
  std::deque<WatchEvent> pending_;
  std::shared_ptr<const Error> failure_;  // thrown once the events before it were reported
};

}  // namespace kplane::detail
