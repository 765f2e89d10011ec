// The objects of a list request, fetched page by page.
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

/// An input range over a list: the first page is already fetched, each further page when the iteration reaches it. One
/// page is in memory at a time, in addition to those whose Objects the caller keeps. It can be iterated once.
///
/// Thread safety: one thread at a time. Move-only: a moved-from list throws std::logic_error when used; its iterators
/// stay valid. Errors: fetching the next page may throw TransportError, ApiError, DecodeError, CredentialError and
/// StoppedError; Expired when the server no longer has the list's version: start the list again, since what was seen so
/// far is incomplete; MisroutedError when an object is not in the namespace of Resource::in().
class KPLANE_API ObjectList {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names are those of the standard library
  /// The position in the list. An input iterator: all iterators of a list advance together.
  class KPLANE_API iterator {
   public:
    /// @cond the names that the standard library requires
    using iterator_category = std::input_iterator_tag;  // <vector> has it; <iterator> would bring all streams
    using value_type = Object;
    using difference_type = std::ptrdiff_t;
    using pointer = const Object*;
    using reference = const Object&;
    /// @endcond
    // NOLINTEND(readability-identifier-naming)

    /// The end.
    iterator() noexcept = default;
    /// The object. The reference is valid until the next increment; a copy of the object stays valid.
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

  /// Takes over the list; the moved-from one throws std::logic_error when used.
  ObjectList(ObjectList&&) noexcept;
  /// Takes over the list; the moved-from one throws std::logic_error when used.
  ObjectList& operator=(ObjectList&&) noexcept;
  ObjectList(const ObjectList&) = delete;
  ObjectList& operator=(const ObjectList&) = delete;
  ~ObjectList();

  /// The current position. Blocks while it fetches a page, if it needs one.
  [[nodiscard]] iterator begin() &;
  iterator begin() && = delete;  ///< it would point into a temporary
  /// The end.
  [[nodiscard]] iterator end() const noexcept { return {}; }

  /// All remaining objects. Blocks until the last page has arrived. @throws TransportError when their pages together
  /// exceed ClientOptions::max_response_bytes
  [[nodiscard]] Vector<Object> all();

  /// The resource version of the list: pass it as WatchOptions::resource_version to watch from here.
  [[nodiscard]] const std::string& resource_version() const&;
  [[nodiscard]] std::string resource_version() &&;

 private:
  friend class Resource;
  explicit ObjectList(std::unique_ptr<detail::ListReader> reader) noexcept;
  [[nodiscard]] detail::ListReader& reader() const;

  std::unique_ptr<detail::ListReader> reader_;  // none: moved from
};

}  // namespace kplane
