// libcurl alone: the bytes of each state, one after the other, without looking at them; or walked through by simdjson.
#include <memory>
#include <stdexcept>

#include "contestant.hpp"
#include "curl_get.hpp"
#include "walk.hpp"

namespace kplane::bench {
namespace {

class LibcurlContestant final : public Contestant {
 public:
  LibcurlContestant(const Endpoint& target, long buffer_bytes, bool walks)
      : get_(target, buffer_bytes), walks_(walks) {}

  Work run(const Order& order) override {
    if (order.mode != Mode::sequential) throw std::invalid_argument("libcurl: sequential only");
    Work work;
    for (std::size_t i = 0; i < order.count; ++i) {
      get_.aim(plane_id(order, i));
      get_.perform();
      work.checksum += walks_ ? walk(get_.body()) : get_.counted_bytes();
      ++work.read;
    }
    return work;
  }

 private:
  CurlGet get_;
  const bool walks_;
};

}  // namespace

std::unique_ptr<Contestant> make_libcurl(const Endpoint& target, long buffer_bytes, bool walks) {
  return std::make_unique<LibcurlContestant>(target, buffer_bytes, walks);
}

}  // namespace kplane::bench
