// Single calls: a handle from the pool per attempt, so that a call in back-off holds no connection.
#include "http/transport.hpp"

#include <limits>
#include <utility>

namespace kplane::http {

Transport::Transport(TransportOptions options)
    : options_(std::move(options)),
      handles_(options_.max_connections, options_.idle_limit, make_easy),
      lanes_(std::numeric_limits<std::size_t>::max(), options_.idle_limit, [] { return Lane(); }) {}

Outcome Transport::send(Request request) {
  const Clock& clock = options_.clock;
  const TimePoint deadline = deadline_after(clock.now(), request.timeout);
  Exchange exchange(options_, std::move(request), deadline);
  for (;;) {
    Exchange::Verdict verdict = attempt(exchange);
    if (auto* outcome = std::get_if<Outcome>(&verdict)) return std::move(*outcome);
    clock.sleep_until(std::get<Exchange::Again>(verdict).at);
  }
}

Exchange::Verdict Transport::attempt(Exchange& exchange) {
  auto handle = handles_.acquire(exchange.deadline());
  if (!handle) return Outcome(exchange.timed_out("no connection became free in time; max_connections are in use"));
  handle->discard();  // until the attempt turns out well
  exchange.begin((**handle).get());
  const CURLcode code = curl_easy_perform((**handle).get());
  if (code == CURLE_OK) handle->keep();
  return exchange.finish(code);
}

void Transport::run(BatchHandler& handler, const BatchLimits& limits) {
  auto lane = lanes_.acquire(TimePoint::max());
  lane->discard();  // until the batch ends well
  Batch batch(options_, **lane, handler, limits);
  batch.run();
  lane->keep();
}

}  // namespace kplane::http
