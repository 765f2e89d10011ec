#include "manifest/manifest_cursor.hpp"

namespace kplane::detail {

void ManifestCursor::advance(const RunResults& results) noexcept {
  do {
    ++position_;
  } while (!at_end() && lingering() != nullptr && results[index()].outcome != ManifestOutcome::lingers);
}

std::size_t ManifestCursor::index() const noexcept {
  const LingeringManifest* const second_visit = lingering();
  return second_visit == nullptr ? plan_.order[position_] : second_visit->index;
}

const LingeringManifest* ManifestCursor::lingering() const noexcept {
  return position_ < plan_.order.size() ? nullptr : &lingering_[position_ - plan_.order.size()];
}

}  // namespace kplane::detail
