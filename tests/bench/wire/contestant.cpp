// The IDs of an order's planes.
#include "contestant.hpp"

namespace kplane::bench {

std::string plane_id(const Order& order, std::size_t index) {
  const bool is_exception = order.exception_every != 0 && index % order.exception_every == order.exception_every - 1;
  return (is_exception ? order.exception_prefix : order.prefix) + "-" + std::to_string(index);
}

}  // namespace kplane::bench
