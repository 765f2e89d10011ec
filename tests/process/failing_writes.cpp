#include "process/failing_writes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

// The linker directs this program's own calls here (--wrap), not those of the libraries that it loads.
extern "C" {
ssize_t __real_write(int file, const void* bytes, size_t size);
ssize_t __real_pwrite(int file, const void* bytes, size_t size, off_t at);
int __real_ftruncate(int file, off_t size);
int __real_fsync(int file);
int __real_fdatasync(int file);
}

namespace kplane::tests {
namespace {

int left_until_full = 0;  // 0: it is not
bool stays_full = false;
bool is_met = false;

bool is_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/// Whether this call is to fail.
bool is_full(int descriptor) {
  if (left_until_full == 0 || !is_file(descriptor)) return false;
  if (left_until_full > 1) {
    --left_until_full;
    return false;
  }
  left_until_full = stays_full ? 1 : 0;
  is_met = true;
  errno = ENOSPC;
  return true;
}

}  // namespace

FullDisk::FullDisk(int nth, Lasts lasts) noexcept {
  left_until_full = nth;
  stays_full = lasts == Lasts::from_then_on;
  is_met = false;
}

FullDisk::~FullDisk() { left_until_full = 0; }

bool FullDisk::was_met() const noexcept { return is_met; }

}  // namespace kplane::tests

extern "C" {

ssize_t __wrap_write(int file, const void* bytes, size_t size) {
  return kplane::tests::is_full(file) ? -1 : __real_write(file, bytes, size);
}

ssize_t __wrap_pwrite(int file, const void* bytes, size_t size, off_t at) {
  return kplane::tests::is_full(file) ? -1 : __real_pwrite(file, bytes, size, at);
}

int __wrap_ftruncate(int file, off_t size) { return kplane::tests::is_full(file) ? -1 : __real_ftruncate(file, size); }

int __wrap_fsync(int file) { return kplane::tests::is_full(file) ? -1 : __real_fsync(file); }

int __wrap_fdatasync(int file) { return kplane::tests::is_full(file) ? -1 : __real_fdatasync(file); }
}
