// The event loop around one transfer, which returns whenever bytes arrive.
#include "http/stream.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace kplane::http {

namespace {

Request with_sink(Request request, BodySink& sink) {
  request.body_sink = &sink;
  request.max_attempts = 1;  // only the reader knows where to resume
  return request;
}

}  // namespace

Stream::Stream(const TransportOptions& options, Pool<curl::Connection>& connections, Request request)
    : options_(options),
      attempts_(options, with_sink(std::move(request), *this)),
      connection_(*connections.acquire(TimePoint::max())),
      request_line_(attempts_.request_line()) {
  connection_.discard();  // unless the response is complete
  begin();
}

bool Stream::receive(std::string_view piece) {
  constexpr std::uint64_t most_unread = std::uint64_t{128} * 1024 * 1024;
  if (buffer_.size() + piece.size() > std::min(most_unread, options_.max_response_bytes)) return false;
  buffer_.append(piece);
  return true;
}

void Stream::begin() {
  if (auto error = attempts_.identify(attempts_.stops())) {
    result_ = std::move(error);
    return;
  }
  attempts_.begin(connection_->next(), attempts_.stops());
  running_.emplace(*connection_);
}

bool Stream::is_open() const noexcept { return running_ && attempts_.is_receiving(); }

Stream::Event Stream::read(TimePoint until) {
  constexpr Milliseconds longest_poll{1'000};
  curl::WakeOnStop waker(connection_->multi.get());
  const detail::StopListening listening(attempts_.stops(), waker);
  while (!result_) {
    if (attempts_.stops().stop_requested()) return Event::stopped;
    const std::size_t before = buffer_.size();
    const bool was_open = is_open();
    if (const std::optional<CURLcode> code = running_->advance()) end(*code);
    if (buffer_.size() > before) return Event::bytes;
    if (result_) break;
    if (is_open() != was_open) return Event::opened;
    const TimePoint time = options_.clock.now();
    if (time >= until) return Event::quiet;
    running_->wait(static_cast<int>(std::min(longest_poll, detail::until(until, time)).count()));
  }
  if (attempts_.stops().stop_requested()) return Event::stopped;
  return Event::ended;
}

void Stream::end(CURLcode code) {
  running_.reset();
  if (attempts_.finish(code)) return begin();  // with renewed credentials
  if (code == CURLE_OK) connection_.keep();
  result_ = attempts_.take_result();
}

}  // namespace kplane::http
