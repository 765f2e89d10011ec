// ObjectList: the objects of a list request, page after page.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <kplane/export.hpp>
#include <kplane/object.hpp>
#include <kplane/vector.hpp>

namespace kplane {

namespace detail {
class ListReader;
}  // namespace detail

/// An input range over a list: the first page is there already, the next one is fetched when the iteration gets to it.
/// One page is in memory at a time, beside those whose Objects the caller keeps. It can be iterated once.
///
/// Thread safety: one thread at a time. Move-only: one that was moved from throws std::logic_error when it is used; its
/// iterators stay good.
/// Errors: moving on to the next page may throw TransportError, ApiError, DecodeError, CredentialError and
/// StoppedError; Expired when the server no longer holds the list's version, and says so: start the list again. What
/// was seen until then is not the whole list. MisroutedError when an object stands in another namespace than
/// Resource::in() said.
class KPLANE_API ObjectList {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names are those of the standard library
  /// Where an iteration stands. An input iterator: all iterators of a list move together.
  class KPLANE_API iterator {
   public:
    /// @cond the names that the standard library asks for
    using iterator_category = std::input_iterator_tag;  // <vector> has it; <iterator> would bring all streams
    using value_type = Object;
    using difference_type = std::ptrdiff_t;
    using pointer = const Object*;
    using reference = const Object&;
    /// @endcond
    // NOLINTEND(readability-identifier-naming)

    /// The end.
    iterator() noexcept = default;
    /// The object. Valid until the iteration moves on; a copy of it stays valid.
    reference operator*() const noexcept;
    /// A member of the object.
    pointer operator->() const noexcept { return &**this; }
    /// Blocks when this needs the next page.
    iterator& operator++();
    /// The same.
    void operator++(int) { ++*this; }
    /// Whether both are at the end, or both iterate over the same list.
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.reader_ == b.reader_; }
    /// The opposite.
    friend bool operator!=(const iterator& a, const iterator& b) noexcept { return a.reader_ != b.reader_; }

   private:
    friend class ObjectList;
    explicit iterator(detail::ListReader* reader) noexcept : reader_(reader) {}
    detail::ListReader* reader_ = nullptr;  // none: the end
  };

  /// Takes the list over; the other one throws std::logic_error from now on.
  ObjectList(ObjectList&&) noexcept;
  /// Takes the list over; the other one throws std::logic_error from now on.
  ObjectList& operator=(ObjectList&&) noexcept;
  ObjectList(const ObjectList&) = delete;
  ObjectList& operator=(const ObjectList&) = delete;
  ~ObjectList();

  /// Where the iteration stands. Blocks when this needs the next page.
  [[nodiscard]] iterator begin() &;
  iterator begin() && = delete;  ///< it would point into a temporary
  /// The end.
  [[nodiscard]] iterator end() const noexcept { return {}; }

  /// All objects that are left. Blocks until the last page is there.
  [[nodiscard]] Vector<Object> all();

  /// The version of the collection that this list shows: WatchOptions::resource_version to go on from here.
  [[nodiscard]] const std::string& resource_version() const&;
  [[nodiscard]] std::string resource_version() &&;

 private:
  friend class Resource;
  explicit ObjectList(std::unique_ptr<detail::ListReader> reader) noexcept;
  [[nodiscard]] detail::ListReader& reader() const;

  std::unique_ptr<detail::ListReader> reader_;  // none: moved from
};

}  // namespace kplane
