// Calls of the test itself, which the model or the end of a run cannot do without.
#pragma once

#include <chrono>
#include <thread>

#include <kplane/error.hpp>

namespace kplane::tests {

/// Repeats a call for a second or longer as long as it throws a `Failure`: where few files may be open, others close
/// theirs meanwhile.
template <class Failure = Error, class Call>
auto insist(Call&& call) {
  for (int left = 1000;; --left) {
    try {
      return call();
    } catch (const DecodeError&) {
      throw;
    } catch (const ConfigError&) {
      throw;
    } catch (const Failure&) {
      if (left == 0) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace kplane::tests
