// StopRelay: one stop token that stands for two.
#pragma once

#include <thread>

#include <kplane/stop.hpp>

#include "rl/pool/threads.hpp"

namespace kplane::rl::detail {

/// While it lives, a stop of either token is requested of token() too, within a moment.
class StopRelay {
 public:
  StopRelay(const StopToken& one, const StopToken& other) : token_(one) {
    if (!other.stop_possible()) return;
    token_ = either_.token();
    thread_ = start_quiet_thread([this, one, other] { relay(one, other); });
  }
  StopRelay(const StopRelay&) = delete;
  StopRelay& operator=(const StopRelay&) = delete;
  StopRelay(StopRelay&&) = delete;
  StopRelay& operator=(StopRelay&&) = delete;
  ~StopRelay() {
    ended_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] const StopToken& token() const noexcept { return token_; }

 private:
  // A thread can wait for one token only, and must not keep the end of a wait waiting.
  void relay(const StopToken& one, const StopToken& other) {
    constexpr std::chrono::milliseconds pause{20};
    while (!one.stop_requested() && !other.stop_requested()) {
      if (ended_.token().wait_for(pause)) return;
    }
    either_.request_stop();
  }

  StopSource either_;
  StopSource ended_;
  StopToken token_;
  std::thread thread_;
};

}  // namespace kplane::rl::detail
