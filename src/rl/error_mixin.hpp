// What detail::ErrorMixin gives an error class of kplane::rl: each class instantiates it once, in a source of its own.
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
