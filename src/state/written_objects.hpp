// WrittenObjects: what a WriteLog knows.
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

/// How an object is after its last write.
enum class Written {
  stored,   ///< with `version`
  marked,   ///< for deletion, with `version`; or gone by now
  gone,     ///< deleted
  unknown,  ///< no answer came
};

struct WrittenObject {
  std::string api_version;  ///< by which it was written
  std::string plural;
  std::string ns;  ///< empty: none
  std::string name;
  Written how = Written::unknown;
  std::string version{};     ///< the newest that is known of it, also of one that is gone; empty: none
  std::string uid{};         ///< empty: not known
  std::uint64_t serial = 0;  ///< of the write, counted by the log
};

/// Thread-safe.
class WrittenObjects {
 public:
  /// The last write counts, unless its answer only came late.
  void note(std::string_view cluster, WrittenObject written);
  /// What was found out about a write, unless there has been another one since.
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
