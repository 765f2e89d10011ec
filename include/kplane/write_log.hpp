// WriteLog: what was written to planes, so that a state can be told to show it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <kplane/export.hpp>

namespace kplane {

namespace detail {
struct WriteLogAccess;
class WrittenObjects;
}  // namespace detail

/// What the server answered to the writes of planes that were made by Plane::logged(): of each object the resource
/// version that it was stored with, or that it was deleted. The states of a server lag behind its writes (contract
/// §10); Plane::settled_state() returns one that shows all of these.
///
/// Every write through such a Plane counts, and through the Resources that come from it: create, replace, patch, apply,
/// remove, remove_collection, whole sets, request(). Not counted are dry runs, and what stores nothing, such as a
/// SubjectAccessReview. A write whose answer was lost is noted too: settled_state() reads that object first.
///
/// Thread safety: every member may be called from any thread; copies share one log. Cost: about 300 bytes for each
/// object that was written, until clear(); a logged write reads its answer once more.
class KPLANE_API WriteLog {
 public:
  /// An empty log.
  WriteLog();
  WriteLog(const WriteLog&) = default;  // and no move, which would leave a log without memory
  WriteLog& operator=(const WriteLog&) = default;
  ~WriteLog() = default;

  /// How many objects it knows a write of, in all planes.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The same, of one plane, by its ID.
  [[nodiscard]] std::size_t size(std::string_view cluster) const noexcept;
  /// Forgets everything.
  void clear() noexcept;
  /// Forgets the writes of one plane, by its ID: at the start of an episode.
  void clear(std::string_view cluster) noexcept;

 private:
  friend struct detail::WriteLogAccess;
  std::shared_ptr<detail::WrittenObjects> objects_;
};

}  // namespace kplane
