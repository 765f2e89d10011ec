// Reads everything in a plane, including custom types, with concurrent requests.
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

/// Reads the state, the server's version if unknown, and lists the types that states do not include. If the state has
/// definitions of unknown types, these are listed in a second round.
class PlaneLook {
 public:
  using Calls = std::vector<std::unique_ptr<Call>>;

  /// @param listed types that are known to need a list
  PlaneLook(const PlaneEndpoint& endpoint, std::vector<ListedType> listed, TimePoint deadline);

  /// The calls to make next, concurrently; empty: the look is complete or has failed.
  [[nodiscard]] Calls next_calls();
  /// Takes a call that has ended.
  void take(Call& ended);

  /// nullptr: none.
  [[nodiscard]] const ErrorPtr& error() const noexcept { return error_; }
  /// Call once, when there are no more calls and no error.
  [[nodiscard]] Snapshot take_state();
  /// The types that states do not include, including those found by this look.
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

/// The unsynced types, as text; empty: all relevant types are synced.
[[nodiscard]] std::string unsynced_types(const Snapshot& state, const DiffOptions& ignored);

}  // namespace kplane::detail
