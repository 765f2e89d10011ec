// CurlGet: what a careful user of libcurl alone would write to GET a state again and again. The same request as the
// library sends, verified TLS, one handle, and one buffer that keeps its memory.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "contestant.hpp"

namespace kplane::bench {

class CurlGet {
 public:
  CurlGet(const Endpoint& target, long buffer_bytes);

  /// Points the next transfer at a plane, and forgets the last one's body.
  void aim(std::string_view plane);
  void perform();
  /// @throws std::runtime_error unless the transfer that ended with `code` got a 200
  void check(CURLcode code) const;

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  [[nodiscard]] std::string& body() noexcept { return body_; }
  /// Without the plane's name, whose length varies.
  [[nodiscard]] std::size_t counted_bytes() const noexcept { return body_.size() - plane_bytes_; }
  /// The body. The next one gets a buffer of its own, as large as this one's.
  [[nodiscard]] std::string take_body();

 private:
  struct FreeEasy {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  void add_header(const std::string& line);
  template <class Value>
  void set(CURLoption option, Value value);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  std::string base_url_;
  std::string url_;
  std::string body_;
  std::size_t plane_bytes_ = 0;
  std::size_t expected_bytes_ = 0;  // the capacity of the last body that was taken
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> handle_;
};

}  // namespace kplane::bench
