// The event loop around one transfer.
#include "curl/connection.hpp"

namespace kplane::curl {

void check(CURLMcode code) {
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLM_OK) throw TransportError(std::string("libcurl: ") + curl_multi_strerror(code), false);
}

CURL* Connection::next() {
  if (easy == nullptr || !is_easy_reusable()) easy = make_easy();
  return easy.get();
}

RunningTransfer::RunningTransfer(Connection& connection) : connection_(connection) {
  check(curl_multi_add_handle(connection_.multi.get(), connection_.easy.get()));
}

RunningTransfer::~RunningTransfer() { curl_multi_remove_handle(connection_.multi.get(), connection_.easy.get()); }

std::optional<CURLcode> RunningTransfer::advance() const {
  int running = 0;
  check(curl_multi_perform(connection_.multi.get(), &running));
  if (running > 0) return std::nullopt;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(connection_.multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

void RunningTransfer::wait(int most_milliseconds) const {
  check(curl_multi_poll(connection_.multi.get(), nullptr, 0, most_milliseconds, nullptr));
}

std::optional<CURLcode> perform(Connection& connection, const detail::StopTokens& stops) {
  constexpr int idle_poll = 1'000;
  WakeOnStop waker(connection.multi.get());
  const detail::StopListening listening(stops, waker);
  RunningTransfer transfer(connection);
  while (!stops.stop_requested()) {
    if (const std::optional<CURLcode> code = transfer.advance()) return code;
    transfer.wait(idle_poll);
  }
  return std::nullopt;
}

}  // namespace kplane::curl
