#include <kplane/rl/recording_error.hpp>

#include <memory>

namespace kplane::detail {

template <class Self, class Base>
void ErrorMixin<Self, Base>::raise() const {
  throw Self(static_cast<const Self&>(*this));
}

template <class Self, class Base>
std::shared_ptr<const Error> ErrorMixin<Self, Base>::share() const {
  return std::make_shared<Self>(static_cast<const Self&>(*this));
}

template class ErrorMixin<rl::RecordingError, Error>;
template class ErrorMixin<rl::RecordingLocked, rl::RecordingError>;
template class ErrorMixin<rl::RecordingTooNew, rl::RecordingError>;
template class ErrorMixin<rl::RecordingWriteError, rl::RecordingError>;

}  // namespace kplane::detail
