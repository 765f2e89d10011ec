// It lists, watches, and handles a broken watch: resumes from the last version seen, or, if the server no longer has
// that or the watch delivered nothing at all, lists again and reports the differences.
#include "resource/watch_steps.hpp"

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
// A restored server sends nothing to a watch from a version that it never had, until it gets there. A quiet server
// sends a bookmark only after a minute.
constexpr std::chrono::milliseconds longest_unchecked{10'000};
// A watch may have no deadline at which a longer pause would end.
constexpr std::chrono::milliseconds longest_asked_pause{60'000};
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

WatchSteps::WatchSteps(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit,
                       StopToken stop)
    : source_(std::move(source)),
      idle_limit_(idle_limit),
      stop_(std::move(stop)),
      stops_(source_.core->stops(stop_)),
      name_(selected_name(source_.field_selector)),
      knows_all_(resource_version.empty() || resource_version == "0"),
      version_(std::move(resource_version)),
      told_version_(knows_all_ ? std::string() : version_),
      must_list_(knows_all_) {}

WatchEvent WatchSteps::take_event() {
  WatchEvent event = std::move(pending_.front());
  pending_.pop_front();
  return event;
}

WatchStep WatchSteps::next(TimePoint until) {
  if (connection_) {
    if (must_check_) return check_step(until);
    return {WatchStep::Kind::read, std::min({until, given_up_at(), checked_at()})};
  }
  if (retry_at_ > now()) return {WatchStep::Kind::wait, std::min(retry_at_, until)};
  if (must_list_) return list_step(until);
  return must_check_ ? check_step(until) : open_step();
}

void WatchSteps::look() {
  end_connection();
  drop_list();
  retry_at_ = {};
  must_list_ = true;
  look_ = Look::under_way;
}

WatchStep WatchSteps::list_step(TimePoint until) {
  if (!cursor_) {
    ListCursor::Query query = selectors();
    query.emplace_back("limit", ListCursor::usual_limit);
    cursor_.emplace(source_.url, std::move(query));
    cursor_->limit_bytes(source_.core->options().max_response_bytes);
  }
  return ask(cursor_->url(), until);
}

// If this gets no answer, the next connection reports the error.
WatchStep WatchSteps::check_step(TimePoint until) {
  must_check_ = was_broken_ = false;
  is_version_checked_ = true;
  ListCursor::Query query = selectors();
  query.emplace_back("limit", "1");
  return ask(source_.url + http::query_string(query), until);
}

WatchStep WatchSteps::ask(std::string url, TimePoint until) const {
  http::Request request = source_.core->make_request("GET", std::move(url));
  request.credentials = source_.credentials;
  request.stop = stop_;
  constexpr std::chrono::milliseconds shortest{1'000};
  request.deadline = std::min(request.deadline, std::max(until, now() + shortest));
  return {WatchStep::Kind::ask, {}, std::move(request)};
}

WatchStep WatchSteps::open_step() const {
  http::Request request = source_.core->make_request("GET", source_.url + watch_query());
  request.credentials = source_.credentials;
  request.stop = stop_;
  return {WatchStep::Kind::open, {}, std::move(request)};
}

void WatchSteps::take_answer(Result<http::Response> received) {
  const bool is_list = cursor_.has_value();
  try {
    const ApiResponse answer = to_result(std::move(received)).value_or_raise();
    codec::ObjectPage page = codec::decode_object_list(answer.body);
    return is_list ? take_page(std::move(page), answer.body->text().size()) : take_newest(page.resource_version);
  } catch (const StoppedError&) {  // whoever carries out the steps sees the stop too
  } catch (const Error& error) {
    if (is_list && !is_looking()) take_error(error);
  }
  if (is_looking()) look_ = Look::failed;
  drop_list();
}

void WatchSteps::take_page(codec::ObjectPage page, std::size_t bytes) {
  if (page.resource_version.empty()) throw DecodeError("GET " + source_.url + ": a list without resourceVersion", 0);
  for (const Object& object : page.objects) check_asked_for(object);
  cursor_->take_page(page.objects.size(), std::move(page.continue_token), bytes);
  std::move(page.objects.begin(), page.objects.end(), std::back_inserter(listed_));
  if (cursor_->at_end()) end_list(std::move(page.resource_version));
}

void WatchSteps::end_list(std::string version) {
  version_ = std::move(version);  // only after a complete list
  must_list_ = was_broken_ = false;
  has_caught_up_ = true;
  is_version_checked_ = true;
  told_version_.clear();
  error_events_ = 0;
  if (is_looking()) look_ = Look::answered;
  report_list(std::exchange(listed_, {}));
  cursor_.reset();
}

void WatchSteps::drop_list() {
  cursor_.reset();
  listed_.clear();
}

// Known objects that are no longer listed were deleted.
void WatchSteps::report_list(std::vector<Object> objects) {
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
void WatchSteps::report_known(Key key, WatchEventType type, Object object) {
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
void WatchSteps::check_asked_for(const Object& object) const {
  const bool is_elsewhere = !source_.ns.empty() && !object.ns().empty() && object.ns() != source_.ns;
  const bool is_another = !name_.empty() && object.name() != name_;
  if (!is_elsewhere && !is_another) return;
  const std::string message = "GET " + http::without_secrets(source_.url) + ": the answer contains " +
                              excerpt(std::string(object.ns()) + '/' + std::string(object.name())) +
                              ", which was not requested" + (is_another ? " (" + excerpt(name_) + " was)" : "") +
                              ": the server or a proxy is mixing up responses";
  throw MisroutedError(message);
}

void WatchSteps::take_newest(const std::string& newest) {
  if (!is_older(newest, version_)) return;
  end_connection();
  if (!knows_all_) return fail(*future_version_error(source_.url, version_, "at version " + excerpt(newest)));
  must_list_ = true;
}

void WatchSteps::take_connection(std::unique_ptr<WatchConnection> connection) {
  opened_ = heard_ = now();
  searched_ = blank_ = 0;
  has_told_ = false;
  connection_ = std::move(connection);
}

void WatchSteps::take_open_error(const Error& error) { take_error(error); }

TimePoint WatchSteps::given_up_at() const {
  const auto limit =
      connection_->is_open() ? idle_limit_ : std::min(idle_limit_, source_.core->options().request_timeout);
  return deadline_after(heard_, limit);
}

TimePoint WatchSteps::checked_at() const {
  if (!connection_->is_open()) return TimePoint::max();
  if (was_broken_) return opened_;
  if (is_version_checked_) return TimePoint::max();
  return deadline_after(opened_, std::min(longest_unchecked, idle_limit_ / 2));
}

void WatchSteps::take_bytes() {
  heard_ = now();
  try {
    take_lines();
  } catch (const Error& error) {
    fail(error);
  }
}

void WatchSteps::take_end(Result<http::Response> received) {
  try {
    take_lines();
    if (connection_) take_last(std::move(received));
  } catch (const Error& error) {
    fail(error);
  }
}

void WatchSteps::take_silence() {
  if (now() >= checked_at()) {
    must_check_ = true;
  } else if (now() >= given_up_at()) {
    disconnect_after_trouble();
  }
}

void WatchSteps::take_lines() {
  std::string& buffer = connection_->buffer();
  std::size_t begin = 0;
  for (std::size_t end = buffer.find('\n', searched_); end != std::string::npos; end = buffer.find('\n', begin)) {
    const std::string line = buffer.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(white_space) != std::string::npos) take_line(line);
    if (!connection_) return;  // ended by an error
    blank_ = 0;
  }
  buffer.erase(0, begin);
  searched_ = buffer.size();
  check_begin();
  if (buffer.size() > std::min<std::uint64_t>(longest_line, source_.core->options().max_response_bytes)) {
    throw TransportError(
        connection_->request_line() + ": a watch event of more than " + std::to_string(buffer.size()) + " bytes",
        false);
  }
}

// The first byte distinguishes an event from a proxy's page or a compressed answer, whose line may never end.
void WatchSteps::check_begin() {
  const std::string& buffer = connection_->buffer();
  blank_ = std::min(buffer.find_first_not_of(white_space, blank_), buffer.size());
  if (blank_ < buffer.size() && buffer[blank_] != '{') refuse_answer(buffer[blank_], connection_->request_line());
}

void WatchSteps::take_line(std::string_view text) {
  const char first = text[text.find_first_not_of(white_space)];
  if (first != '{') refuse_answer(first, connection_->request_line());
  auto document =
      std::make_shared<const Document>(memory::PaddedBuffer(text), connection_->request_line() + ", an event");
  codec::WatchLine line = codec::decode_watch_line(document);
  if (line.type == codec::WatchLineType::error) return take_error_event(line.object);
  if (line.type != codec::WatchLineType::bookmark) check_asked_for(line.object);
  has_told_ = true;
  is_version_checked_ = true;
  was_broken_ = false;
  note_event(line.type, std::move(line.object));
}

// The answer ended properly but without a newline: a last event, unless a proxy hid a broken connection.
void WatchSteps::take_last_line() {
  const std::string line = connection_->buffer();
  if (line.find_first_not_of(white_space) == std::string::npos) return;
  try {
    take_line(line);
  } catch (const DecodeError&) {
    const bool is_cut_short = line.find(R"({"type")") == 0 || line.find(R"({"object")") == 0;
    if (!is_cut_short) throw;
  }
}

void WatchSteps::note_event(codec::WatchLineType type, Object object) {
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
bool WatchSteps::is_past(const Object& object) const {
  const std::string_view version = object.resource_version();
  if (!knows_all_) return shows_version(told_version_, version);
  const auto before = known_.find(Key(object.ns(), object.name()));
  const std::string_view told = before == known_.end() ? told_version_ : before->second.resource_version();
  return is_older(version, told);
}

void WatchSteps::take_change(WatchEventType type, Object object) {
  if (!knows_all_) {
    pending_.push_back({type, std::move(object)});
    return;
  }
  Key key(object.ns(), object.name());
  report_known(std::move(key), type, std::move(object));
}

void WatchSteps::take_last(Result<http::Response> received) {
  const Result<ApiResponse> result = to_result(std::move(received));
  was_broken_ = !result.ok();
  if (!result.ok()) return take_error(*result.error());
  take_last_line();
  if (!connection_) return;  // ended by an error
  const bool was_short = now() - opened_ < shortest_watch;
  // A connection that delivered nothing may never deliver anything from this version on.
  if (!has_told_ && (was_short || !is_version_checked_)) start_anew();
  if (was_short) return disconnect_after_trouble();
  end_connection();
}

// If the same version fails every time, the server may be unable to send an event.
void WatchSteps::take_error_event(const Object& status) {
  const auto error = status_error(status, connection_->request_line(), connection_->secrets());
  end_connection();
  ++error_events_;
  if (error_events_ > 1 || status.get<std::string_view>("/kind") != "Status") start_anew();
  take_error(*error);
}

void WatchSteps::take_error(const Error& error) {
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
  disconnect_after_trouble(std::min(asked_pause(error), longest_asked_pause));
}

// With a list, which shows the changes; otherwise by checking whether the version can be resumed from.
void WatchSteps::start_anew() { (knows_all_ ? must_list_ : must_check_) = true; }

void WatchSteps::fail(const Error& error) {
  connection_.reset();
  failure_ = error.share();
}

// The next connection may be to another server.
void WatchSteps::end_connection() {
  if (connection_ && now() - opened_ >= shortest_watch) troubles_ = 0;
  connection_.reset();
  is_version_checked_ = false;
}

void WatchSteps::disconnect_after_trouble(std::chrono::milliseconds at_least) {
  end_connection();
  const Clock& clock = source_.core->clock();
  ++troubles_;
  const auto pause = http::backoff(source_.core->options().retry, std::min(troubles_, 16), clock.uniform());
  retry_at_ = deadline_after(clock.now(), std::max(at_least, pause));
}

ListCursor::Query WatchSteps::selectors() const {
  ListCursor::Query query;
  if (!source_.label_selector.empty()) query.emplace_back("labelSelector", source_.label_selector);
  if (!source_.field_selector.empty()) query.emplace_back("fieldSelector", source_.field_selector);
  return query;
}

std::string WatchSteps::watch_query() const {
  ListCursor::Query query = selectors();
  query.emplace_back("watch", "1");
  query.emplace_back("allowWatchBookmarks", "true");
  query.emplace_back("resourceVersion", version_);
  query.emplace_back("timeoutSeconds", seconds_per_connection);
  return http::query_string(query);
}

}  // namespace kplane::detail
