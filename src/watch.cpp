// List, watch, and what to do when a watch breaks off: go on from the last version seen, or, when the server no longer
// holds that, list again and tell the difference.
#include "watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "answer.hpp"
#include "http/retry.hpp"
#include "http/url.hpp"

namespace kplane::detail {

namespace {

// Servers and load balancers end a watch after minutes anyway; asking for an end makes it an orderly one.
constexpr std::string_view seconds_per_connection = "290";
constexpr std::size_t longest_line = std::size_t{64} * 1024 * 1024;
// A server that ends each watch at once would be asked without a pause otherwise.
constexpr std::chrono::milliseconds shortest_watch{1'000};

bool is_expired(const Error& error) noexcept { return dynamic_cast<const Expired*>(&error) != nullptr; }

}  // namespace

Watch::Watch(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit, StopToken stop)
    : source_(std::move(source)),
      idle_limit_(idle_limit),
      stop_(std::move(stop)),
      stops_(source_.core->stops(stop_)),
      knows_all_(resource_version.empty()),
      version_(std::move(resource_version)),
      must_list_(knows_all_) {}

std::optional<WatchEvent> Watch::next(http::TimePoint until) {
  while (pending_.empty()) {
    if (failure_) failure_->raise();
    if (stop_requested() || now() >= until) return std::nullopt;
    advance(until);
  }
  WatchEvent event = std::move(pending_.front());
  pending_.pop_front();
  return event;
}

void Watch::catch_up(http::TimePoint until) {
  while (!has_caught_up_ && !stop_requested() && now() < until) {
    advance(until);
    if (failure_) failure_->raise();
  }
}

void Watch::advance(http::TimePoint until) {
  if (stream_) return receive(until);
  if (retry_at_ > now()) return source_.core->clock().sleep_until(std::min(retry_at_, until), stops_);
  try {
    if (must_list_) return list(until);
    connect();
  } catch (const StoppedError&) {  // next() sees it too
  } catch (const Error& error) {
    take_error(error);
  }
}

void Watch::list(http::TimePoint until) {
  std::vector<Object> objects = list_all(until);
  must_list_ = false;
  has_caught_up_ = true;
  report_list(std::move(objects));
}

std::vector<Object> Watch::list_all(http::TimePoint until) {
  ListCursor::Query query = selectors();
  query.emplace_back("limit", ListCursor::usual_limit);
  ListCursor cursor(source_.url, std::move(query));
  std::vector<Object> all;
  while (!cursor.at_end()) {
    codec::ObjectPage page = list_page(cursor.url(), until);
    if (page.resource_version.empty()) throw DecodeError("GET " + source_.url + ": a list without resourceVersion", 0);
    version_ = std::move(page.resource_version);
    cursor.take_page(page.objects.size(), std::move(page.continue_token));
    std::move(page.objects.begin(), page.objects.end(), std::back_inserter(all));
  }
  return all;
}

codec::ObjectPage Watch::list_page(std::string url, http::TimePoint until) {
  http::Request request = source_.core->make_request("GET", std::move(url));
  request.credentials = source_.credentials;
  request.stop = stop_;
  constexpr std::chrono::milliseconds shortest{1'000};
  request.timeout = std::min(request.timeout, std::max(shortest, http::until(until, now())));
  return codec::decode_object_list(send(source_.core->transport(), std::move(request)).body);
}

// What was known and is not there any more was deleted.
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

// A change of what is known already: told apart by version, so that nothing is told twice, and by uid, since another
// object may have taken the name.
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
    before->second = std::move(object);  // the older one may be all that keeps an old list in memory
    return;
  }
  if (!is_same) pending_.push_back({WatchEventType::deleted, before->second});
  before->second = object;
  pending_.push_back({is_same ? WatchEventType::modified : WatchEventType::added, std::move(object)});
}

void Watch::connect() {
  stream_url_ = source_.url + watch_query();
  http::Request request = source_.core->make_request("GET", stream_url_);
  request.credentials = source_.credentials;
  request.stop = stop_;
  stream_ = source_.core->transport().open(std::move(request));
  opened_ = heard_ = now();
  searched_ = 0;
  has_progress_ = false;
}

http::TimePoint Watch::given_up_at() const {
  const auto limit = stream_->is_open() ? idle_limit_ : std::min(idle_limit_, source_.core->options().request_timeout);
  return http::deadline_after(heard_, limit);
}

void Watch::receive(http::TimePoint until) {
  try {
    read_stream(until);
  } catch (const Error& error) {
    fail(error);
  }
}

void Watch::read_stream(http::TimePoint until) {
  switch (stream_->read(std::min(until, given_up_at()))) {
    case http::Stream::Event::bytes:
      heard_ = now();
      return take_lines();
    case http::Stream::Event::quiet:
      // The limit is another one since the response began.
      if (now() >= given_up_at()) disconnect_after_trouble();
      return;
    case http::Stream::Event::ended:
      take_lines();
      if (stream_) take_end(stream_->take_outcome());
      return;
    case http::Stream::Event::stopped:
      return;
  }
}

void Watch::take_lines() {
  std::string& buffer = stream_->buffer();
  std::size_t begin = 0;
  for (std::size_t end = buffer.find('\n', searched_); end != std::string::npos; end = buffer.find('\n', begin)) {
    const std::string line = buffer.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") != std::string::npos) take_line(line);
    if (!stream_) return;  // an error ended it
  }
  buffer.erase(0, begin);
  searched_ = buffer.size();
  if (buffer.size() > std::min<std::uint64_t>(longest_line, source_.core->options().max_response_bytes)) {
    throw TransportError("GET " + http::without_secrets(stream_url_) + ": a watch event of more than " +
                             std::to_string(buffer.size()) + " bytes",
                         false);
  }
}

void Watch::take_line(std::string_view text) {
  // A line that is no event may be quoted.
  const bool is_object = text.front() == '{';
  auto secrets = is_object ? nullptr : std::make_shared<const http::Secrets>(stream_->secrets());
  auto document = std::make_shared<const Document>(
      memory::PaddedBuffer(text), "GET " + http::without_secrets(stream_url_) + ", an event", std::move(secrets));
  codec::WatchLine line = codec::decode_watch_line(document);
  if (line.type == codec::WatchLineType::error) {
    const auto error = status_error(line.object, "GET", stream_url_, stream_->secrets());
    stream_.reset();
    return take_error(*error);
  }
  const std::string version(line.object.resource_version());
  if (version.empty()) throw DecodeError("GET " + source_.url + ": a watch event without resourceVersion", 0);
  version_ = version;
  has_progress_ = has_progress_ || line.type != codec::WatchLineType::bookmark;
  troubles_ = 0;
  switch (line.type) {
    case codec::WatchLineType::added:
      return take_change(WatchEventType::added, std::move(line.object));
    case codec::WatchLineType::modified:
      return take_change(WatchEventType::modified, std::move(line.object));
    case codec::WatchLineType::deleted:
      return take_change(WatchEventType::deleted, std::move(line.object));
    default:
      return;
  }
}

void Watch::take_change(WatchEventType type, Object object) {
  if (!knows_all_) {
    pending_.push_back({type, std::move(object)});
    return;
  }
  Key key(object.ns(), object.name());
  report_known(std::move(key), type, std::move(object));
}

void Watch::take_end(http::Outcome outcome) {
  const bool was_short = !has_progress_ && now() - opened_ < shortest_watch;
  const AnswerOrError judged = judge(std::move(outcome), "GET", stream_url_);
  stream_.reset();
  if (const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged)) return take_error(**error);
  if (was_short) disconnect_after_trouble();
}

void Watch::take_error(const Error& error) {
  if (is_expired(error) && knows_all_) {
    must_list_ = true;
    if (troubles_ > 0) disconnect_after_trouble();
    ++troubles_;
    return;
  }
  if (!may_pass(error)) return fail(error);
  const auto* api = dynamic_cast<const ApiError*>(&error);
  disconnect_after_trouble(api == nullptr ? std::chrono::milliseconds{0}
                                          : api->retry_after().value_or(std::chrono::milliseconds{0}));
}

void Watch::fail(const Error& error) {
  stream_.reset();
  failure_ = error.share();
}

void Watch::disconnect_after_trouble(std::chrono::milliseconds at_least) {
  stream_.reset();
  const http::Clock& clock = source_.core->clock();
  ++troubles_;
  const auto pause = http::backoff(source_.core->options().retry, std::min(troubles_, 16), clock.uniform());
  retry_at_ = http::deadline_after(clock.now(), std::max(at_least, pause));
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
