// RAII around libcurl's handles, and its one-time initialisation.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <new>
#include <string>

#include <kplane/error.hpp>

namespace kplane::curl {

struct FreeEasy {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct FreeUrl {
  void operator()(CURLU* handle) const noexcept { curl_url_cleanup(handle); }
};
struct FreeHeaders {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeText {
  void operator()(char* text) const noexcept { curl_free(text); }
};

using EasyHandle = std::unique_ptr<CURL, FreeEasy>;
using MultiHandle = std::unique_ptr<CURLM, FreeMulti>;
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;
using HeaderLines = std::unique_ptr<curl_slist, FreeHeaders>;
using CurlText = std::unique_ptr<char, FreeText>;

// Both initialise libcurl once, thread-safely. @throws std::bad_alloc
[[nodiscard]] EasyHandle make_easy();
[[nodiscard]] MultiHandle make_multi();

/// Whether an easy handle can be used for another transfer. libcurl before 8.1.0 keeps a pointer into the headers of
/// the last response in it, which it has freed by then, and an answer can make it follow that pointer. Connections are
/// not concerned: the multi handle keeps them. https://github.com/curl/curl/pull/11103
[[nodiscard]] bool is_easy_reusable() noexcept;

/// Appends one line. @throws std::bad_alloc
void append_line(HeaderLines& lines, const std::string& line);

/// @throws std::bad_alloc; TransportError when this libcurl was built without support for the option
template <class Value>
void set_option(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) throw TransportError(std::string("libcurl: ") + curl_easy_strerror(code), false);
}

}  // namespace kplane::curl
