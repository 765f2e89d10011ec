// libcurl is initialised on first use and never cleaned up: a clean-up at exit would race with threads that still use
// it.
#include "curl/handles.hpp"

#include <utility>

namespace kplane::curl {

namespace {

void initialise_curl() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw std::bad_alloc();
}

template <class Handle>
Handle required(Handle handle) {
  if (!handle) throw std::bad_alloc();
  return handle;
}

}  // namespace

EasyHandle make_easy() {
  initialise_curl();
  return required(EasyHandle(curl_easy_init()));
}

MultiHandle make_multi() {
  initialise_curl();
  return required(MultiHandle(curl_multi_init()));
}

bool is_easy_reusable() noexcept {
  constexpr unsigned int mended = 0x080100;
  static const bool is_reusable = curl_version_info(CURLVERSION_NOW)->version_num >= mended;
  return is_reusable;
}

void append_line(HeaderLines& lines, const std::string& line) {
  curl_slist* longer = curl_slist_append(lines.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(lines.release());
  lines.reset(longer);
}

}  // namespace kplane::curl
