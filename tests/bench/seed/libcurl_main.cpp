// Seeds planes with libcurl's multi interface and nothing else: the paths and bodies are made beforehand, answers are
// received and not looked at, except for their status. What libcurl and the kernel take for these requests at least.
// See order.hpp for its arguments.
#include <curl/curl.h>

#include <memory>
#include <new>
#include <vector>

#include "seed/order.hpp"

namespace kplane::bench {
namespace {

void check(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

struct FreeEasy {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// One plane at a time, one object after the other.
struct Line {
  std::unique_ptr<CURL, FreeEasy> handle{curl_easy_init()};
  std::string plane{};
  std::size_t object = 0;
  std::string received{};
};

class Seeding {
 public:
  explicit Seeding(const Order& order) : order_(order), lines_(order.concurrency) {
    for (int i = 0; i < order.config_maps; ++i) bodies_.push_back(config_map(i));
    for (const std::string& line : {"Authorization: Bearer " + order.token, std::string("Expect:"),
                                    std::string("Content-Type: application/apply-patch+yaml")}) {
      curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
      if (longer == nullptr) throw std::bad_alloc();
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
  }

  void run() {
    check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(order_.concurrency)));
    for (Line& line : lines_) {
      prepare(line);
      begin_plane(line);
    }
    int running = 1;
    while (running > 0) {
      check(curl_multi_perform(multi_.get(), &running));
      int left = 0;
      bool has_gone_on = false;
      while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        has_gone_on = go_on(message->easy_handle, message->data.result) || has_gone_on;
      }
      if (has_gone_on) {
        running = 1;
      } else if (running > 0) {
        check(curl_multi_poll(multi_.get(), nullptr, 0, 1'000, nullptr));
      }
    }
  }

 private:
  void prepare(Line& line) {
    CURL* handle = line.handle.get();
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, "PATCH");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, static_cast<void*>(&line.received));
    curl_easy_setopt(handle, CURLOPT_PRIVATE, static_cast<void*>(&line));
  }

  void begin_plane(Line& line) {
    if (next_plane_ == order_.planes) return;
    line.plane = order_.url + "/clusters/" + name_of_plane(order_, next_plane_++) +
                 "/control-plane/api/v1/namespaces/default/configmaps/settings-";
    line.object = 0;
    send(line);
  }

  void send(Line& line) {
    const std::string& body = bodies_[line.object];
    line.received.clear();
    CURL* handle = line.handle.get();
    const std::string url = line.plane + std::to_string(line.object) + "?fieldManager=seed";
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
    check(curl_multi_add_handle(multi_.get(), handle));
  }

  /// @return whether there was something left to do
  bool go_on(CURL* handle, CURLcode code) {
    long status = 0;
    Line* line = nullptr;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &line);
    check(curl_multi_remove_handle(multi_.get(), handle));
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
    if (status != 200 && status != 201) throw std::runtime_error("status " + std::to_string(status));
    const int before = next_plane_;
    if (++line->object < bodies_.size()) {
      send(*line);
      return true;
    }
    begin_plane(*line);
    return next_plane_ != before;
  }

  const Order& order_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::vector<std::string> bodies_;
  std::unique_ptr<CURLM, FreeMulti> multi_{curl_multi_init()};
  std::vector<Line> lines_;
  int next_plane_ = 0;
};

}  // namespace
}  // namespace kplane::bench

int main(int count, char** words) {
  try {
    const kplane::bench::Order order = kplane::bench::order_of(count, words);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    kplane::bench::Seeding seeding(order);
    return kplane::bench::measure([&] { seeding.run(); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 2;
  }
}
