// The list of listeners, and the public StopToken and StopSource based on it.
#include "base/stop_state.hpp"

#include <algorithm>

namespace kplane {

namespace detail {

bool StopState::request() noexcept {
  const std::lock_guard lock(mutex_);
  if (requested_.exchange(true, std::memory_order_acq_rel)) return false;
  for (StopListener* listener : listeners_) listener->on_stop();
  return true;
}

void StopState::add(StopListener& listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(&listener);
  if (is_requested()) listener.on_stop();
}

void StopState::remove(StopListener& listener) noexcept {
  const std::lock_guard lock(mutex_);
  listeners_.erase(std::find(listeners_.begin(), listeners_.end(), &listener));
}

StopTokens StopTokens::with(const StopToken& fourth) const {
  StopTokens more = *this;
  more.tokens_.back() = fourth;
  return more;
}

bool StopTokens::stop_requested() const noexcept {
  return std::any_of(tokens_.begin(), tokens_.end(), [](const StopToken& token) { return token.stop_requested(); });
}

bool StopTokens::stop_possible() const noexcept {
  return std::any_of(tokens_.begin(), tokens_.end(), [](const StopToken& token) { return token.stop_possible(); });
}

StopListening::StopListening(const StopTokens& tokens, StopListener& listener) : listener_(listener) {
  try {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::shared_ptr<StopState>& state = StopAccess::state(tokens.tokens_[i]);
      if (!state) continue;
      state->add(listener_);
      states_[i] = state;
    }
  } catch (...) {
    end();
    throw;
  }
}

StopListening::~StopListening() { end(); }

void StopListening::end() noexcept {
  for (const std::shared_ptr<StopState>& state : states_) {
    if (state) state->remove(listener_);
  }
}

}  // namespace detail

bool StopToken::stop_requested() const noexcept { return state_ && state_->is_requested(); }

StopSource::StopSource() : state_(std::make_shared<detail::StopState>()) {}
bool StopSource::request_stop() noexcept { return state_->request(); }
bool StopSource::stop_requested() const noexcept { return state_->is_requested(); }

}  // namespace kplane
