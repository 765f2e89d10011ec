// The calls by which this program writes to files, which fail when they are told to: a disk that is full.
#pragma once

namespace kplane::tests {

/// While it lives, the n-th call that writes to a file, changes its size or syncs it fails with ENOSPC. One at a time.
class FullDisk {
 public:
  enum class Lasts { one_call, from_then_on };

  FullDisk(int nth, Lasts lasts) noexcept;
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  /// Whether a call has failed.
  [[nodiscard]] bool was_met() const noexcept;
};

}  // namespace kplane::tests
