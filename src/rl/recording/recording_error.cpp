#include <kplane/rl/recording_error.hpp>

#include "rl/error_mixin.hpp"

namespace kplane::detail {

template class ErrorMixin<rl::RecordingError, Error>;
template class ErrorMixin<rl::RecordingLocked, rl::RecordingError>;
template class ErrorMixin<rl::RecordingTooNew, rl::RecordingError>;
template class ErrorMixin<rl::RecordingWriteError, rl::RecordingError>;

}  // namespace kplane::detail
