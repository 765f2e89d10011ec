#include <kplane/removal.hpp>

#include <utility>

#include "resource/pending_deletion.hpp"

namespace kplane {

Removal::Removal(std::optional<Object> answered)
    : existed_(true), lingers_(answered && detail::is_held(*answered)), object_(std::move(answered)) {}

std::string Removal::held_by() const { return lingers_ ? detail::what_holds(*object_) : std::string(); }

}  // namespace kplane
