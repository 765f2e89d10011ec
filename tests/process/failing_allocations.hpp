// operator new of this program, which fails when it is told to.
#pragma once

#include <cstddef>

namespace kplane::tests {

/// From now on, the n-th allocation fails that this thread makes.
void fail_own_allocation(std::size_t nth) noexcept;
/// From now on, the n-th allocation of so many bytes or more fails that any other thread makes.
void fail_allocation_elsewhere(std::size_t nth, std::size_t min_size) noexcept;
void fail_no_allocation() noexcept;
/// Whether one has failed since one was to fail.
[[nodiscard]] bool has_failed_allocation() noexcept;

}  // namespace kplane::tests
