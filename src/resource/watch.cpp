// Lists, watches, and handles a broken watch: resumes from the last version seen, or, if the server no longer has that
// or the watch delivered nothing at all, lists again and reports the differences.
#include "resource/watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <kplane/resource_version.hpp>

#include "base/excerpt.hpp"
#include "http/retry_backoff.hpp"
#include "http/url.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

namespace {

// Servers and load balancers end a watch after minutes anyway; requesting a timeout makes the end orderly.
constexpr std::string_view seconds_per_connection = "290";
constexpr std::size_t longest_line = std::size_t{64} * 1024 * 1024;
// Otherwise a server that ends each watch sooner would be polled without a pause.
constexpr std::chrono::milliseconds shortest_watch{1'000};
// A restored server sends nothing to a watch from a version that it never had. A quiet server sends a bookmark only
// after a minute.
constexpr std::chrono::milliseconds longest_unchecked{10'000};
constexpr std::string_view white_space = " \t\r\n";

bool is_expired(const Error& error) noexcept { return dynamic_cast<const Expired*>(&error) != nullptr; }

/// The name that a field selector requires; empty if it does not.
std::string selected_name(std::string_view selector) {
  constexpr std::string_view field = "metadata.name=";
  for (std::size_t begin = 0; begin <= selector.size();) {
    const std::size_t end = std::min(selector.find(',', begin), selector.size());
    std::string_view term = selector.substr(begin, end - begin);
    begin = end + 1;
    if (term.substr(0, field.size()) != field) continue;
    term.remove_prefix(field.size());
    return std::string(term.substr(0, 1) == "=" ? term.substr(1) : term);
  }
  return {};
}

/// The error for a resource version that the server has not reached.
std::shared_ptr<const Error> future_version_error(const std::string& url, const std::string& version,
                                                  const std::string& why) {
  ApiError::Info info;
  info.status = 410;
  info.reason = "Expired";
  info.message =
      "resource version " + excerpt(version) + " is newer than the server's (" + why +
      "): the server was restored from a backup, or the plane was recreated; list again and watch from there";
  info.method = "GET";
  info.url = http::without_secrets(url);
  return std::make_shared<Expired>(std::move(info));
}

/// The event type of a line that reports a change.
WatchEventType change_type(codec::WatchLineType type) noexcept {
  if (type == codec::WatchLineType::added) return WatchEventType::added;
  return type == codec::WatchLineType::modified ? WatchEventType::modified : WatchEventType::deleted;
}

[[noreturn]] void refuse_answer(char first, const std::string& request_line) {
  const std::string found = first == '\x1f' ? "what looks like gzip, which was not requested"
                                            : excerpt(std::string_view(&first, 1)) + " instead of an event";
  throw DecodeError(request_line + ": expected a watch stream, but the response begins with " + found +
                        "; is there a proxy or a login page in front of the server?",
                    0);
}

bool is_older(std::string_view version, std::string_view other) noexcept {
  return compare_resource_versions(version, other) == VersionOrder::older;
}

}  // namespace

Watch::Watch(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit, StopToken stop)
    : source_(std::move(source)),
      idle_limit_(idle_limit),
      stop_(std::move(stop)),
      stops_(source_.core->stops(stop_)),
      name_(selected_name(source_.field_selector)),
      knows_all_(resource_version.empty() || resource_version == "0"),
      version_(std::move(resource_version)),
      told_version_(knows_all_ ? std::string() : version_),
      must_list_(knows_all_) {}

std::optional<WatchEvent> Watch::next(TimePoint until) {
  while (pending_.empty()) {
    if (failure_) failure_->raise();
    if (stop_requested() || now() >= until) return std::nullopt;
    advance(until);
  }
  WatchEvent event = std::move(pending_.front());
  pending_.pop_front();
  return event;
}

void Watch::catch_up(TimePoint until) {
  while (!has_caught_up_ && !stop_requested() && now() < until) {
    advance(until);
    if (failure_) failure_->raise();
  }
}

bool Watch::look() {
  end_stream();
  try {
    list(now());
    return true;
  } catch (const Error&) {  // the watch itself reports such errors
    return false;
  }
}

void Watch::advance(TimePoint until) {
  if (stream_) return receive(until);
  if (retry_at_ > now()) return source_.core->clock().sleep_until(std::min(retry_at_, until), stops_);
  try {
    if (must_list_) return list(until);
    if (must_check_) return check_version(until);
    connect();
  } catch (const StoppedError&) {  // next() sees it too
  } catch (const Error& error) {
    take_error(error);
  }
}

void Watch::list(TimePoint until) {
  std::vector<Object> objects = list_all(until);
  must_list_ = false;
  has_caught_up_ = true;
  is_version_checked_ = true;
  told_version_.clear();
  error_events_ = 0;
  report_list(std::move(objects));
}

std::vector<Object> Watch::list_all(TimePoint until) {
  ListCursor::Query query = selectors();
  query.emplace_back("limit", ListCursor::usual_limit);
  ListCursor cursor(source_.url, std::move(query));
  std::vector<Object> all;
  std::string version;
  while (!cursor.at_end()) {
    codec::ObjectPage page = list_page(cursor.url(), until);
    if (page.resource_version.empty()) throw DecodeError("GET " + source_.url + ": a list without resourceVersion", 0);
    version = std::move(page.resource_version);
    for (const Object& object : page.objects) check_asked_for(object);
    cursor.take_page(page.objects.size(), std::move(page.continue_token));
    std::move(page.objects.begin(), page.objects.end(), std::back_inserter(all));
  }
  version_ = std::move(version);  // only after a complete list
  return all;
}

codec::ObjectPage Watch::list_page(std::string url, TimePoint until) {
  http::Request request = source_.core->make_request("GET", std::move(url));
  request.credentials = source_.credentials;
  request.stop = stop_;
  constexpr std::chrono::milliseconds shortest{1'000};
  request.deadline = std::min(request.deadline, std::max(until, now() + shortest));
  return codec::decode_object_list(send(source_.core->transport(), std::move(request)).body);
}

// Known objects that are no longer listed were deleted.
void Watch::report_list(std::vector<Object> objects) {
  std::map<Key, Object> gone = std::move(known_);
  known_.clear();
  for (Object& object : objects) {
    Key key(object.ns(), object.name());
    if (auto before = gone.extract(key)) known_.insert(std::move(before));
    report_known(std::move(key), WatchEventType::added, std::move(object));
  }
  for (auto& [key, object] : gone) pending_.push_back({WatchEventType::deleted, std::move(object)});
}

// For objects already known: compares the version, so that nothing is reported twice, and the uid, since another object
// may have taken the name.
void Watch::report_known(Key key, WatchEventType type, Object object) {
  const auto before = known_.find(key);
  if (type == WatchEventType::deleted) {
    if (before == known_.end()) return;
    known_.erase(before);
    pending_.push_back({type, std::move(object)});
    return;
  }
  if (before == known_.end()) {
    known_.emplace(std::move(key), object);
    pending_.push_back({WatchEventType::added, std::move(object)});
    return;
  }
  const bool is_same = before->second.uid() == object.uid();
  if (is_same && before->second.resource_version() == object.resource_version()) {
    before->second = std::move(object);  // the older one may be the last reference to an old list
    return;
  }
  if (!is_same) pending_.push_back({WatchEventType::deleted, before->second});
  before->second = object;
  pending_.push_back({is_same ? WatchEventType::modified : WatchEventType::added, std::move(object)});
}

// An event of a misrouted answer must not be reported.
void Watch::check_asked_for(const Object& object) const {
  const bool is_elsewhere = !source_.ns.empty() && !object.ns().empty() && object.ns() != source_.ns;
  const bool is_another = !name_.empty() && object.name() != name_;
  if (!is_elsewhere && !is_another) return;
  const std::string message = "GET " + http::without_secrets(source_.url) + ": the answer contains " +
                              excerpt(std::string(object.ns()) + '/' + std::string(object.name())) +
                              ", which was not requested" + (is_another ? " (" + excerpt(name_) + " was)" : "") +
                              ": the server or a proxy is mixing up responses";
  throw MisroutedError(message);
}

// If this gets no answer, the next connection reports the error.
void Watch::check_version(TimePoint until) {
  must_check_ = false;
  is_version_checked_ = true;
  const std::optional<std::string> newest = newest_version(until);
  if (!newest || !is_older(*newest, version_)) return;
  end_stream();
  if (!knows_all_) return fail(*future_version_error(source_.url, version_, "at version " + excerpt(*newest)));
  must_list_ = true;
}

std::optional<std::string> Watch::newest_version(TimePoint until) {
  ListCursor::Query query = selectors();
  query.emplace_back("limit", "1");
  try {
    return list_page(source_.url + http::query_string(query), until).resource_version;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void Watch::connect() {
  http::Request request = source_.core->make_request("GET", source_.url + watch_query());
  request.credentials = source_.credentials;
  request.stop = stop_;
  opened_ = heard_ = now();
  searched_ = blank_ = 0;
  has_told_ = false;
  stream_ = source_.core->transport().open(std::move(request));
}

TimePoint Watch::given_up_at() const {
  const auto limit = stream_->is_open() ? idle_limit_ : std::min(idle_limit_, source_.core->options().request_timeout);
  return deadline_after(heard_, limit);
}

TimePoint Watch::checked_at() const {
  if (is_version_checked_ || !stream_->is_open()) return TimePoint::max();
  return deadline_after(opened_, std::min(longest_unchecked, idle_limit_ / 2));
}

void Watch::receive(TimePoint until) {
  try {
    read_stream(until);
  } catch (const Error& error) {
    fail(error);
  }
}

void Watch::read_stream(TimePoint until) {
  switch (stream_->read(std::min({until, given_up_at(), checked_at()}))) {
    case http::Stream::Event::bytes:
      heard_ = now();
      return take_lines();
    case http::Stream::Event::quiet:
      return take_silence(until);
    case http::Stream::Event::ended:
      take_lines();
      if (stream_) take_end(stream_->take_result());
      return;
    case http::Stream::Event::stopped:
      return;
  }
}

// The timeouts have changed since the response began.
void Watch::take_silence(TimePoint until) {
  if (now() >= checked_at()) return check_version(until);
  if (now() >= given_up_at()) disconnect_after_trouble();
}

void Watch::take_lines() {
  std::string& buffer = stream_->buffer();
  std::size_t begin = 0;
  for (std::size_t end = buffer.find('\n', searched_); end != std::string::npos; end = buffer.find('\n', begin)) {
    const std::string line = buffer.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(white_space) != std::string::npos) take_line(line);
    if (!stream_) return;  // ended by an error
    blank_ = 0;
  }
  buffer.erase(0, begin);
  searched_ = buffer.size();
  check_begin();
  if (buffer.size() > std::min<std::uint64_t>(longest_line, source_.core->options().max_response_bytes)) {
    throw TransportError(
        stream_->request_line() + ": a watch event of more than " + std::to_string(buffer.size()) + " bytes", false);
  }
}

// The first byte distinguishes an event from a proxy's page or a compressed answer, whose line may never end.
void Watch::check_begin() {
  const std::string& buffer = stream_->buffer();
  blank_ = std::min(buffer.find_first_not_of(white_space, blank_), buffer.size());
  if (blank_ < buffer.size() && buffer[blank_] != '{') refuse_answer(buffer[blank_], stream_->request_line());
}

void Watch::take_line(std::string_view text) {
  const char first = text[text.find_first_not_of(white_space)];
  if (first != '{') refuse_answer(first, stream_->request_line());
  auto document = std::make_shared<const Document>(memory::PaddedBuffer(text), stream_->request_line() + ", an event");
  codec::WatchLine line = codec::decode_watch_line(document);
  if (line.type == codec::WatchLineType::error) return take_error_event(line.object);
  if (line.type != codec::WatchLineType::bookmark) check_asked_for(line.object);
  has_told_ = true;
  is_version_checked_ = true;
  take_event(line.type, std::move(line.object));
}

// The answer ended properly but without a newline: a last event, unless a proxy hid a broken connection.
void Watch::take_last_line() {
  const std::string line = stream_->buffer();
  if (line.find_first_not_of(white_space) == std::string::npos) return;
  try {
    take_line(line);
  } catch (const DecodeError&) {
    const bool is_cut_short = line.find(R"({"type")") == 0 || line.find(R"({"object")") == 0;
    if (!is_cut_short) throw;
  }
}

void Watch::take_event(codec::WatchLineType type, Object object) {
  const std::string version(object.resource_version());
  if (version.empty()) throw DecodeError("GET " + source_.url + ": a watch event without resourceVersion", 0);
  const bool is_news = type != codec::WatchLineType::bookmark && !is_past(object);
  if (!is_older(version, told_version_)) version_ = told_version_ = version;
  if (!is_news) return;
  const std::size_t told_before = pending_.size();
  take_change(change_type(type), std::move(object));
  if (pending_.size() > told_before) troubles_ = error_events_ = 0;
}

// Already reported by an earlier connection: this one may be to a server that lags behind.
bool Watch::is_past(const Object& object) const {
  const std::string_view version = object.resource_version();
  if (!knows_all_) return shows_version(told_version_, version);
  const auto before = known_.find(Key(object.ns(), object.name()));
  const std::string_view told = before == known_.end() ? told_version_ : before->second.resource_version();
  return is_older(version, told);
}

void Watch::take_change(WatchEventType type, Object object) {
  if (!knows_all_) {
    pending_.push_back({type, std::move(object)});
    return;
  }
  Key key(object.ns(), object.name());
  report_known(std::move(key), type, std::move(object));
}

void Watch::take_end(Result<http::Response> received) {
  const Result<ApiResponse> result = to_result(std::move(received));
  if (!result.ok()) return take_error(*result.error());
  take_last_line();
  if (!stream_) return;  // ended by an error
  const bool was_short = now() - opened_ < shortest_watch;
  // A connection that delivered nothing may never deliver anything from this version on.
  if (!has_told_ && (was_short || !is_version_checked_)) start_anew();
  if (was_short) return disconnect_after_trouble();
  end_stream();
}

// If the same version fails every time, the server may be unable to send an event.
void Watch::take_error_event(const Object& status) {
  const auto error = status_error(status, stream_->request_line(), stream_->secrets());
  end_stream();
  ++error_events_;
  if (error_events_ > 1 || status.get<std::string_view>("/kind") != "Status") start_anew();
  take_error(*error);
}

void Watch::take_error(const Error& error) {
  const bool is_outdated = is_expired(error) || is_future_version(error);
  if (is_outdated && knows_all_) {
    must_list_ = true;
    return disconnect_after_trouble();
  }
  if (is_future_version(error)) {
    const std::string url = dynamic_cast<const ApiError&>(error).url();
    return fail(*future_version_error(url, version_, "it answers 504"));
  }
  if (is_outdated || !may_pass(error)) return fail(error);
  disconnect_after_trouble(asked_pause(error));
}

// With a list, which shows the changes; otherwise by checking whether the version can be resumed from.
void Watch::start_anew() { (knows_all_ ? must_list_ : must_check_) = true; }

void Watch::fail(const Error& error) {
  stream_.reset();
  failure_ = error.share();
}

// The next connection may be to another server.
void Watch::end_stream() {
  if (stream_ && now() - opened_ >= shortest_watch) troubles_ = 0;
  stream_.reset();
  is_version_checked_ = false;
}

void Watch::disconnect_after_trouble(std::chrono::milliseconds at_least) {
  end_stream();
  const Clock& clock = source_.core->clock();
  ++troubles_;
  const auto pause = http::backoff(source_.core->options().retry, std::min(troubles_, 16), clock.uniform());
  retry_at_ = deadline_after(clock.now(), std::max(at_least, pause));
}

ListCursor::Query Watch::selectors() const {
  ListCursor::Query query;
  if (!source_.label_selector.empty()) query.emplace_back("labelSelector", source_.label_selector);
  if (!source_.field_selector.empty()) query.emplace_back("fieldSelector", source_.field_selector);
  return query;
}

std::string Watch::watch_query() const {
  ListCursor::Query query = selectors();
  query.emplace_back("watch", "1");
  query.emplace_back("allowWatchBookmarks", "true");
  query.emplace_back("resourceVersion", version_);
  query.emplace_back("timeoutSeconds", seconds_per_connection);
  return http::query_string(query);
}

}  // namespace kplane::detail
