// The member functions of detail::ErrorMixin; each instantiation is in one source file, next to the class's other
// functions.
#pragma once

#include <memory>

#include <kplane/error.hpp>

namespace kplane::detail {

template <class Self, class Base>
void ErrorMixin<Self, Base>::raise() const {
  throw Self(static_cast<const Self&>(*this));
}

template <class Self, class Base>
std::shared_ptr<const Error> ErrorMixin<Self, Base>::share() const {
  return std::make_shared<Self>(static_cast<const Self&>(*this));
}

}  // namespace kplane::detail
