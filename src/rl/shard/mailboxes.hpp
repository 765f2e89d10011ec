// What the ranks of a run write to each other: a ConfigMap each, in the root plane.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/resource.hpp>
#include <kplane/rl/shard.hpp>
#include <kplane/stop.hpp>
#include <kplane/watch.hpp>

namespace kplane::rl::detail {

/// @throws ConfigError when a text is not UTF-8, or too long
void check_text(std::string_view text);

/// The mailboxes of a run, as one of its ranks has them. Each holds the number of the last collective operation that
/// its rank has taken part in, and what it gave to that; rank 0's, the last one that is done.
///
/// Thread-safe, but for collect() and wait_for_root().
class Mailboxes {
 public:
  enum class Outcome { done, timeout, stopped, ended };

  Mailboxes(const Client& client, const std::string& ns, std::string run, const Shard& shard);

  /// Makes this rank's, where its predecessor has not done so.
  void open() const;
  /// Removes this rank's.
  void close() const;

  /// The operations that are done.
  [[nodiscard]] std::int64_t completed() const;
  /// @param text check_text() has passed it @throws NotFound when the run has ended
  void write(std::int64_t operation, std::string_view text) const;

  /// At rank 0: waits until all others have written of this operation. @param texts by rank; those that have come
  Outcome collect(std::int64_t operation, std::vector<std::string>& texts, std::vector<bool>& has_come,
                  std::chrono::milliseconds timeout, const StopToken& stop);
  /// At the others: waits until rank 0 has done it. @param text what it wrote
  Outcome wait_for_root(std::int64_t operation, std::string& text, std::chrono::milliseconds timeout,
                        const StopToken& stop);

 private:
  /// Watches from where the last operation that was done has ended, or else begins with what is there.
  WatchEnd follow(WatchOptions options, const std::function<bool(const WatchEvent&)>& on_event);

  [[nodiscard]] std::string name_of(std::size_t rank) const;
  /// The rank whose mailbox it is; shard_.size() when it is no rank's of this run.
  [[nodiscard]] std::size_t rank_of(const Object& mailbox) const;

  std::string run_;
  Shard shard_;
  Resource objects_;
  std::string followed_to_;  // the resource version of the last event; empty: unknown
};

}  // namespace kplane::rl::detail
