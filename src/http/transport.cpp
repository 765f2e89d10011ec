// Single calls: a handle from the pool per attempt, so that a call in back-off holds no connection.
#include "http/transport.hpp"

#include <limits>
#include <utility>

namespace kplane::http {

Transport::Transport(TransportOptions options)
    : options_(std::move(options)),
      lines_(options_.max_connections, options_.idle_limit, [] { return Line(); }),
      stream_lines_(std::numeric_limits<std::size_t>::max(), options_.idle_limit, [] { return Line(); }),
      lanes_(std::numeric_limits<std::size_t>::max(), options_.idle_limit, [] { return Lane(); }) {}

Outcome Transport::send(Request request) {
  const Clock& clock = options_.clock;
  const TimePoint deadline = deadline_after(clock.now(), request.timeout);
  Exchange exchange(options_, std::move(request), deadline);
  for (;;) {
    Exchange::Verdict verdict = attempt(exchange);
    if (auto* outcome = std::get_if<Outcome>(&verdict)) return std::move(*outcome);
    clock.sleep_until(std::get<Exchange::Again>(verdict).at, exchange.stops());
  }
}

Exchange::Verdict Transport::attempt(Exchange& exchange) {
  if (auto error = exchange.identify(exchange.stops())) return Outcome(std::move(error));
  auto line = lines_.acquire(exchange.deadline(), exchange.stops());
  if (exchange.stops().stop_requested()) return Outcome(exchange.stopped());
  if (!line) return Outcome(exchange.timed_out("no connection became free in time; max_connections are in use"));
  line->discard();  // until the attempt turns out well
  exchange.begin((**line).easy.get(), exchange.stops());
  const std::optional<CURLcode> code = perform(**line, exchange.stops());
  if (!code) return Outcome(exchange.abandon());
  if (*code == CURLE_OK) line->keep();
  return exchange.finish(*code);
}

std::unique_ptr<Stream> Transport::open(Request request) {
  return std::make_unique<Stream>(options_, stream_lines_, std::move(request));
}

void Transport::run(BatchHandler& handler, const BatchLimits& limits) {
  auto lane = lanes_.acquire(TimePoint::max());
  lane->discard();  // until the batch ends well
  Batch batch(options_, **lane, handler, limits);
  batch.run();
  lane->keep();
}

}  // namespace kplane::http
