// What detail::ErrorMixin gives an error class; each is made once, where the class has its other functions.
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
