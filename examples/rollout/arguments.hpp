// The command line of rollout.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rollout {

struct Arguments {
  std::int32_t planes = 64;
  int steps = 3;
  std::uint64_t seed = 1;
  std::string shop = KPLANE_ROLLOUT_SHOP;  ///< the manifests that every plane begins with
  bool json = false;
  bool help = false;
};

/// The command line is invalid; the message says where.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @throws UsageError
[[nodiscard]] Arguments parse_arguments(int count, const char* const* arguments);

[[nodiscard]] std::string_view usage() noexcept;

}  // namespace rollout
