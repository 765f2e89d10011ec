// The libcurl options of CurlGet.
#include "curl_get.hpp"

#include <new>
#include <stdexcept>
#include <utility>

#include <kplane/version.hpp>

namespace kplane::bench {

template <class Value>
void CurlGet::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
  if (code != CURLE_OK) throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
}

CurlGet::CurlGet(const Endpoint& target, long buffer_bytes)
    : base_url_(target.base_url + "/clusters/"), handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc();
  add_header("Accept: application/json");
  if (!target.token.empty()) add_header("Authorization: Bearer " + target.token);
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_USERAGENT, "kplane-cpp/" KPLANE_VERSION_STRING);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(target.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  if (!target.ca_file.empty()) set(CURLOPT_CAINFO, target.ca_file.c_str());
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_BUFFERSIZE, buffer_bytes);
  set(CURLOPT_WRITEFUNCTION, &CurlGet::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void CurlGet::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(headers_.release());
  headers_.reset(longer);
}

void CurlGet::aim(std::string_view plane) {
  url_.assign(base_url_).append(plane).append("/control-plane/state");
  set(CURLOPT_URL, url_.c_str());
  plane_bytes_ = plane.size();
  body_.clear();
  body_.reserve(expected_bytes_);
}

std::string CurlGet::take_body() {
  expected_bytes_ = body_.capacity();
  return std::exchange(body_, {});
}

void CurlGet::perform() { check(curl_easy_perform(handle_.get())); }

void CurlGet::check(CURLcode code) const {
  if (code != CURLE_OK) throw std::runtime_error(url_ + ": " + curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) throw std::runtime_error(url_ + ": status " + std::to_string(status));
}

std::size_t CurlGet::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  static_cast<CurlGet*>(self)->body_.append(data, size * count);
  return size * count;
}

}  // namespace kplane::bench
