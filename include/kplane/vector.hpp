// Vector: a std::vector whose elements do not dangle when nobody keeps it.
#pragma once

#include <utility>
#include <vector>

namespace kplane {

/// A std::vector as functions of this library return it. An element of a temporary one is a value, not a reference:
/// what could only be read through a reference, such as `client.states(planes)[0]->by_resource("pods")`, is refused by
/// the compiler instead of dangling. In all else, and to all code that takes a std::vector, it is one.
///
/// Thread safety and cost: as std::vector.
template <class T>
class Vector : public std::vector<T> {
  using Base = std::vector<T>;

 public:
  using Base::Base;
  using typename Base::const_iterator;
  using typename Base::iterator;
  using typename Base::size_type;

  Vector() noexcept = default;
  Vector(std::vector<T> elements) noexcept  // NOLINT(google-explicit-constructor): the same elements
      : Base(std::move(elements)) {}

  [[nodiscard]] const T& operator[](size_type index) const& { return Base::operator[](index); }
  [[nodiscard]] T& operator[](size_type index) & { return Base::operator[](index); }
  [[nodiscard]] T operator[](size_type index) && { return std::move(Base::operator[](index)); }
  [[nodiscard]] const T& at(size_type index) const& { return Base::at(index); }
  [[nodiscard]] T& at(size_type index) & { return Base::at(index); }
  [[nodiscard]] T at(size_type index) && { return std::move(Base::at(index)); }
  [[nodiscard]] const T& front() const& { return Base::front(); }
  [[nodiscard]] T& front() & { return Base::front(); }
  [[nodiscard]] T front() && { return std::move(Base::front()); }
  [[nodiscard]] const T& back() const& { return Base::back(); }
  [[nodiscard]] T& back() & { return Base::back(); }
  [[nodiscard]] T back() && { return std::move(Base::back()); }
  [[nodiscard]] const_iterator begin() const& noexcept { return Base::begin(); }
  [[nodiscard]] iterator begin() & noexcept { return Base::begin(); }
  iterator begin() && = delete;  ///< it would point into a temporary
};

}  // namespace kplane
