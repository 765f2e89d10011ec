// The contents of a WriteLog.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/write_log.hpp>

namespace kplane::detail {

/// The state of an object after its last write.
enum class Written {
  stored,   ///< with `version`
  marked,   ///< for deletion, with `version`; possibly gone by now
  gone,     ///< deleted
  unknown,  ///< the answer was lost
};

struct WrittenObject {
  std::string api_version;  ///< that it was written with
  std::string plural;
  std::string ns;  ///< empty: none
  std::string name;
  Written how = Written::unknown;
  std::string version{};     ///< the newest known, even if it is gone; empty: none
  std::string uid{};         ///< empty: unknown
  std::uint64_t serial = 0;  ///< number of the write in the log
};

/// Thread-safe.
class WrittenObjects {
 public:
  /// The last write counts, unless its answer arrived late.
  void note(std::string_view cluster, WrittenObject written);
  /// Records the result of a read for a write, unless there has been another write since.
  void resolve(std::string_view cluster, const WrittenObject& found);

  [[nodiscard]] std::vector<WrittenObject> of(std::string_view cluster) const;
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t size(std::string_view cluster) const noexcept;
  void clear() noexcept;
  void clear(std::string_view cluster) noexcept;

 private:
  using Objects = std::map<std::string, WrittenObject>;  // by group, plural, namespace and name

  mutable std::mutex mutex_;
  std::map<std::string, Objects, std::less<>> planes_;
  std::uint64_t serial_ = 0;
};

struct WriteLogAccess {
  static const std::shared_ptr<WrittenObjects>& objects(const WriteLog& log) noexcept { return log.objects_; }
};

}  // namespace kplane::detail
