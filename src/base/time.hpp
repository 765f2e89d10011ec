// The clock of all deadlines and pauses.
#pragma once

#include <chrono>

namespace kplane::detail {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

}  // namespace kplane::detail
