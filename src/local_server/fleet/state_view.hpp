// The body of `/state`: everything in one plane, read from its live informers (contract §3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "local_server/base/answer.hpp"
#include "local_server/fleet/state_cache.hpp"
#include "local_server/script/plane_script.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

struct StateQuery {
  std::optional<std::set<std::string>> resources{};  ///< plural names; no value: all
  bool include_empty = false;
  bool warm = false;
};

/// @return no value when a flag is neither true nor false.
[[nodiscard]] std::optional<StateQuery> parse_state_query(const std::map<std::string, std::string>& query);

struct StateViewOptions {
  std::uint64_t seed = 1;        ///< of the arbitrary order of items
  bool internal_layout = false;  ///< see internal_layout.hpp
  /// For the encoded items of planes that are read again before they change.
  std::size_t cache_bytes = std::size_t{64} << 20U;
};

/// Reads planes. Items of a resource come in an order that looks arbitrary and differs from that of the plane's
/// previous read. What did not change between two reads of a plane is encoded once more and then kept, within limits. A
/// type whose informer this read has just started, or that the script holds back, reports `synced:
/// false` and has no items. Thread safety: answer() may be called from any thread.
class StateView {
 public:
  StateView(StateViewOptions options, const PlaneScript& script)
      : options_(options), script_(script), cache_(options.cache_bytes) {}

  /// `plane` must live as long as this.
  [[nodiscard]] Answer answer(Plane& plane, const StateQuery& query) const;

 private:
  const StateViewOptions options_;
  const PlaneScript& script_;
  mutable StateCache cache_;
};

}  // namespace kplane::testing::server
