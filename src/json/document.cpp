#include "json/document.hpp"

#include <atomic>
#include <utility>

namespace kplane::detail {

namespace {

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Document::Document(memory::PaddedBuffer bytes, std::string origin, std::shared_ptr<const SecretSource> secrets)
    : bytes_(std::move(bytes)), origin_(std::move(origin)), secrets_(std::move(secrets)), id_(next_id()) {}

std::string_view Document::keep_unescaped(const char* position, std::string_view unescaped) const {
  const std::lock_guard lock(mutex_);
  auto& kept = unescaped_[position];
  if (!kept) kept = std::make_unique<const std::string>(unescaped);
  return *kept;
}

}  // namespace kplane::detail
