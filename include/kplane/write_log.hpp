// Records writes to planes, so that a later state can be required to show them.
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

/// The outcomes of writes through handles from Plane::logged(): for each object, the resource version it was stored
/// with, or that it was deleted. A server's states lag behind its writes (contract §10); Plane::settled_state() returns
/// one that shows all of these writes.
///
/// Every write through such a Plane, and through Resources obtained from it, is recorded: create, replace, patch,
/// apply, remove, remove_collection, whole sets, request(). Dry runs are not, nor requests that store nothing, such as
/// a SubjectAccessReview. A write whose answer was lost is recorded too: settled_state() then reads that object first.
///
/// Thread safety: every member may be called from any thread; copies share one log. Cost: about 300 bytes for each
/// object written, until clear(); each logged write parses its answer once more.
class KPLANE_API WriteLog {
 public:
  /// An empty log.
  WriteLog();
  WriteLog(const WriteLog&) = default;  // and no move, which would leave a log without memory
  WriteLog& operator=(const WriteLog&) = default;
  ~WriteLog() = default;

  /// The number of objects with recorded writes, in all planes.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The same for one plane, by its ID.
  [[nodiscard]] std::size_t size(std::string_view cluster) const noexcept;
  /// Forgets everything.
  void clear() noexcept;
  /// Forgets the writes of one plane, by its ID, such as at the start of an episode.
  void clear(std::string_view cluster) noexcept;

 private:
  friend struct detail::WriteLogAccess;
  std::shared_ptr<detail::WrittenObjects> objects_;
};

}  // namespace kplane
