// PlaneLook: everything in a plane, custom types included, by requests that are made side by side.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <kplane/diff_options.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

#include "restore/read_calls.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One look: the state, the server's version where that is not known, and the lists of the types that the state does
/// not show. Where it shows definitions of types that nobody knew of, these are listed in a second round.
class PlaneLook {
 public:
  using Calls = std::vector<std::unique_ptr<Call>>;

  /// @param listed types that are known to need a list
  PlaneLook(const PlaneEndpoint& endpoint, std::vector<ListedType> listed, TimePoint deadline);

  /// The calls to make next, all at the same time; none: the look is over, or has failed.
  [[nodiscard]] Calls next_calls();
  /// Takes one of these when it has ended.
  void take(Call& ended);

  /// nullptr: none.
  [[nodiscard]] const ErrorPtr& error() const noexcept { return error_; }
  /// Without an error, when there are no more calls; once.
  [[nodiscard]] Snapshot take_state();
  /// Types that the state does not show, of which some were found by this look.
  [[nodiscard]] const std::vector<ListedType>& listed() const noexcept { return listed_; }

 private:
  [[nodiscard]] Calls first_calls();
  void list(const ListedType& type, Calls& calls);

  const PlaneEndpoint& endpoint_;
  std::vector<ListedType> listed_;
  TimePoint deadline_;
  bool has_begun_ = false;
  ErrorPtr error_;
  std::optional<Snapshot> state_;
  std::set<std::string> asked_;  // types that were listed: API version and plural
  std::vector<SnapshotResource> lists_;
};

/// The types that are not synced, for people; empty: all of those that count are.
[[nodiscard]] std::string unsynced_types(const Snapshot& state, const DiffOptions& ignored);

}  // namespace kplane::detail
