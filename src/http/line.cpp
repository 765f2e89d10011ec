// The loop around one transfer.
#include "http/line.hpp"

namespace kplane::http {

void check(CURLMcode code) {
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLM_OK) throw TransportError(std::string("libcurl: ") + curl_multi_strerror(code), false);
}

Attachment::Attachment(Line& line) : line_(line) { check(curl_multi_add_handle(line_.multi.get(), line_.easy.get())); }

Attachment::~Attachment() { curl_multi_remove_handle(line_.multi.get(), line_.easy.get()); }

std::optional<CURLcode> Attachment::advance() const {
  int running = 0;
  check(curl_multi_perform(line_.multi.get(), &running));
  if (running > 0) return std::nullopt;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(line_.multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

void Attachment::wait(int most_milliseconds) const {
  check(curl_multi_poll(line_.multi.get(), nullptr, 0, most_milliseconds, nullptr));
}

std::optional<CURLcode> perform(Line& line, const detail::StopTokens& stops) {
  constexpr int idle_poll = 1'000;
  WakeOnStop waker(line.multi.get());
  const detail::StopListening listening(stops, waker);
  Attachment attachment(line);
  while (!stops.stop_requested()) {
    if (const std::optional<CURLcode> code = attachment.advance()) return code;
    attachment.wait(idle_poll);
  }
  return std::nullopt;
}

}  // namespace kplane::http
