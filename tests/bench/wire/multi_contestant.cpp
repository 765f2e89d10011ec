// libcurl's multi interface alone: many planes at once on one thread, the bytes of each, without looking at them. A
// transfer's place has one buffer, which the next transfer there writes over; or each body has its own and stays until
// the batch ends, walked through by simdjson, which is what a program that keeps all states cannot do without.
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "contestant.hpp"
#include "curl_get.hpp"
#include "walk.hpp"

namespace kplane::bench {
namespace {

void check(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(std::string("libcurl: ") + curl_multi_strerror(code));
}

class MultiContestant final : public Contestant {
 public:
  MultiContestant(const Endpoint& target, long buffer_bytes, bool keeps_and_walks)
      : target_(target), buffer_bytes_(buffer_bytes), keeps_and_walks_(keeps_and_walks) {
    if (!multi_) throw std::bad_alloc();
  }

  Work run(const Order& order) override {
    if (order.mode != Mode::batch || order.concurrency == 0) {
      throw std::invalid_argument("multi: batches with a given concurrency only");
    }
    check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(order.concurrency)));
    Work work;
    for (std::size_t i = 0; i < order.count; ++i) run_batch(order, work);
    return work;
  }

 private:
  struct FreeMulti {
    void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
  };

  void run_batch(const Order& order, Work& work) {
    std::size_t next = 0;
    while (next < std::min(order.concurrency, order.planes)) {
      CurlGet& get = place(next);
      start(get, plane_id(order, next++));
    }
    for (bool is_busy = true; is_busy;) {
      int running = 0;
      check(curl_multi_perform(multi_.get(), &running));
      const bool has_started = start_where_finished(order, next, work);
      is_busy = has_started || running > 0;
      if (is_busy && !has_started) check(curl_multi_poll(multi_.get(), nullptr, 0, 1'000, nullptr));
    }
    kept_.clear();
  }

  bool start_where_finished(const Order& order, std::size_t& next, Work& work) {
    bool has_started = false;
    while (CurlGet* get = take_finished(work)) {
      if (next == order.planes) continue;
      start(*get, plane_id(order, next++));
      has_started = true;
    }
    return has_started;
  }

  CurlGet& place(std::size_t index) {
    if (index == places_.size()) {
      places_.push_back(std::make_unique<CurlGet>(target_, buffer_bytes_));
      curl_easy_setopt(places_.back()->handle(), CURLOPT_PRIVATE, static_cast<void*>(places_.back().get()));
    }
    return *places_[index];
  }

  void start(CurlGet& get, const std::string& plane) {
    get.aim(plane);
    check(curl_multi_add_handle(multi_.get(), get.handle()));
  }

  CurlGet* take_finished(Work& work) {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    if (message == nullptr) return nullptr;
    const CURLcode code = message->data.result;
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    auto* get = static_cast<CurlGet*>(static_cast<void*>(owner));
    check(curl_multi_remove_handle(multi_.get(), get->handle()));
    get->check(code);
    work.checksum += count(*get);
    ++work.read;
    return get;
  }

  std::size_t count(CurlGet& get) {
    if (!keeps_and_walks_) return get.counted_bytes();
    return walk(kept_.emplace_back(get.take_body()));
  }

  Endpoint target_;
  long buffer_bytes_;
  const bool keeps_and_walks_;
  std::vector<std::string> kept_;
  std::vector<std::unique_ptr<CurlGet>> places_;
  std::unique_ptr<CURLM, FreeMulti> multi_{curl_multi_init()};
};

}  // namespace

std::unique_ptr<Contestant> make_multi(const Endpoint& target, long buffer_bytes, bool keeps_and_walks) {
  return std::make_unique<MultiContestant>(target, buffer_bytes, keeps_and_walks);
}

}  // namespace kplane::bench
