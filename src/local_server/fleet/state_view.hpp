// The body of `/state`: everything in one plane, read from its live informers (contract §3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "local_server/base/answer.hpp"
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
};

/// Reads planes. Items of a resource come in an order that looks arbitrary and differs from that of the plane's
/// previous read. A type whose informer this read has just started, or that the script holds back, reports `synced:
/// false` and has no items. Thread safety: answer() may be called from any thread.
class StateView {
 public:
  StateView(StateViewOptions options, const PlaneScript& script) : options_(options), script_(script) {}

  [[nodiscard]] Answer answer(Plane& plane, const StateQuery& query) const;

 private:
  const StateViewOptions options_;
  const PlaneScript& script_;
};

}  // namespace kplane::testing::server
