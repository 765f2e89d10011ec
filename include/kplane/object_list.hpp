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
/// Errors: moving on to the next page may throw TransportError, ApiError and DecodeError; Expired when the server no
/// longer holds the list's version, and says so: start the list again. What was seen until then is not the whole list.
/// MisroutedError when an object stands in another namespace than Resource::in() said.
class KPLANE_API ObjectList {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names are those of the standard library
  class KPLANE_API iterator {
   public:
    using iterator_category = std::input_iterator_tag;  // <vector> has it; <iterator> would bring all streams
    using value_type = Object;
    using difference_type = std::ptrdiff_t;
    using pointer = const Object*;
    using reference = const Object&;
    // NOLINTEND(readability-identifier-naming)

    iterator() noexcept = default;
    reference operator*() const noexcept;
    pointer operator->() const noexcept { return &**this; }
    /// Blocks when this needs the next page.
    iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.reader_ == b.reader_; }
    friend bool operator!=(const iterator& a, const iterator& b) noexcept { return a.reader_ != b.reader_; }

   private:
    friend class ObjectList;
    explicit iterator(detail::ListReader* reader) noexcept : reader_(reader) {}
    detail::ListReader* reader_ = nullptr;  // none: the end
  };

  ObjectList(ObjectList&&) noexcept;
  ObjectList& operator=(ObjectList&&) noexcept;
  ObjectList(const ObjectList&) = delete;
  ObjectList& operator=(const ObjectList&) = delete;
  ~ObjectList();

  /// Where the iteration stands. Blocks when this needs the next page.
  [[nodiscard]] iterator begin() &;
  iterator begin() && = delete;  ///< it would point into a temporary
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
