// Notices changes of a Fleet with a watch, or by polling where watches do not work.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "codec/fleet.hpp"
#include "resource/watch.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Not thread-safe.
class FleetUpdates {
 public:
  FleetUpdates(std::shared_ptr<ClientCore> core, StopToken stop);

  /// Waits until the Fleet changed after `last`, at most until `ask_at`, or `ask_at_the_latest` while a watch is open.
  /// @return the Fleet as it is now; nullopt when it should be read
  [[nodiscard]] std::optional<FleetRecord> wait(const FleetRecord& last, TimePoint ask_at, TimePoint ask_at_the_latest);
  [[nodiscard]] bool stop_requested() const noexcept { return stops_.stop_requested(); }

 private:
  [[nodiscard]] std::optional<FleetRecord> watch(const FleetRecord& last, TimePoint ask_at,
                                                 TimePoint ask_at_the_latest);
  void open(const FleetRecord& last);
  [[nodiscard]] std::optional<WatchEvent> next_change(TimePoint until);

  const std::shared_ptr<ClientCore> core_;
  const StopToken stop_;
  const StopTokens stops_;
  std::unique_ptr<Watch> watch_;
  std::string known_version_;
  bool watches_work_ = true;
};

}  // namespace kplane::detail
