// A std::vector whose elements do not dangle when it is a temporary.
#pragma once

#include <utility>
#include <vector>

namespace kplane {

/// The std::vector that functions of this library return. Accessing an element of a temporary returns a value, not a
/// reference, so code that would dangle, such as `client.states(planes)[0]->by_resource("pods")`, does not compile. In
/// every other respect it is a std::vector.
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

  /// No elements.
  Vector() noexcept = default;
  /// The same elements.
  Vector(std::vector<T> elements) noexcept  // NOLINT(google-explicit-constructor): the same elements
      : Base(std::move(elements)) {}

  /// An element; `index` is less than size(). Of a temporary: a value.
  [[nodiscard]] const T& operator[](size_type index) const& { return Base::operator[](index); }
  /// The same.
  [[nodiscard]] T& operator[](size_type index) & { return Base::operator[](index); }
  [[nodiscard]] T operator[](size_type index) && { return std::move(Base::operator[](index)); }
  /// An element. Of a temporary: a value. @throws std::out_of_range
  [[nodiscard]] const T& at(size_type index) const& { return Base::at(index); }
  /// The same.
  [[nodiscard]] T& at(size_type index) & { return Base::at(index); }
  [[nodiscard]] T at(size_type index) && { return std::move(Base::at(index)); }
  /// The first element. Of a temporary: a value.
  [[nodiscard]] const T& front() const& { return Base::front(); }
  /// The same.
  [[nodiscard]] T& front() & { return Base::front(); }
  [[nodiscard]] T front() && { return std::move(Base::front()); }
  /// The last element. Of a temporary: a value.
  [[nodiscard]] const T& back() const& { return Base::back(); }
  /// The same.
  [[nodiscard]] T& back() & { return Base::back(); }
  [[nodiscard]] T back() && { return std::move(Base::back()); }
  /// The first element; does not compile for a temporary.
  [[nodiscard]] const_iterator begin() const& noexcept { return Base::begin(); }
  /// The same.
  [[nodiscard]] iterator begin() & noexcept { return Base::begin(); }
  iterator begin() && = delete;  ///< it would point into a temporary
};

}  // namespace kplane
