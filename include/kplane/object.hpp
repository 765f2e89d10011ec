// A read-only view of one JSON value inside a response, with typed access by JSON pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/vector.hpp>

namespace kplane {

namespace detail {
class Document;
struct ObjectAccess;

/// A passkey: only the library makes Objects.
class ObjectKey {
  friend struct ObjectAccess;
  ObjectKey() noexcept {}  // NOLINT(modernize-use-equals-default): an aggregate could be made by anybody
};

/// Defined by <kplane/json.hpp>: include that header to call Object::json().
template <class Object>
struct include_kplane_json_hpp;

template <class T>
inline constexpr bool is_field_type =
    std::is_same_v<T, std::string_view> || std::is_same_v<T, std::string> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, double> || std::is_same_v<T, bool>;
}  // namespace detail

/// A Kubernetes object (or any JSON value inside one) as the server sent it.
///
/// It is a 32-byte view that shares ownership of the response it is part of: it may outlive the Snapshot, the Plane and
/// the Client, and keeps the whole response in memory while it lives. Nothing is parsed until a field is read.
///
/// Every `std::string_view` obtained from an Object stays valid as long as any Object or Snapshot of the same response
/// lives.
///
/// If two fields of a JSON object have the same name, the last one wins in every accessor, as in nlohmann::json and in
/// Kubernetes itself.
///
/// Thread safety: immutable; may be read, copied and destroyed from any thread.
/// Cost: copying, and moving, is a reference count. A field access reads the object's text, without allocation unless
/// it holds JSON escapes; each thread keeps the index of the four objects it read last, so reading several fields of
/// one object indexes it once. Errors: an object whose text is not JSON throws DecodeError on the first access that
/// reaches the error.
class KPLANE_API Object {
 public:
  /// `metadata.name`; empty when absent. Also read from the top level, where some servers put it (contract §3).
  [[nodiscard]] std::string_view name() const&;
  [[nodiscard]] std::string name() &&;
  /// `metadata.namespace`; empty for cluster-scoped objects.
  [[nodiscard]] std::string_view ns() const&;
  [[nodiscard]] std::string ns() &&;
  /// `metadata.uid`; empty when absent.
  [[nodiscard]] std::string_view uid() const&;
  [[nodiscard]] std::string uid() &&;

  /// `metadata.resourceVersion`, which changes with every write; empty when absent. Compare with
  /// compare_resource_versions().
  [[nodiscard]] std::string_view resource_version() const&;
  [[nodiscard]] std::string resource_version() &&;

  /// The field at a JSON pointer (RFC 6901), such as `/status/phase` or `/metadata/labels/app.kubernetes.io~1name`. T
  /// is std::string_view, std::string, std::int64_t, double or bool. Numbers are not converted, except integers to
  /// double.
  /// @return nullopt when the field is absent, null, of another type, or out of T's range.
  /// @throws ConfigError when `pointer` is not a JSON pointer, or is more than 1,000 levels deep; DecodeError when the
  /// object's text is not JSON.
  template <class T>
  [[nodiscard]] std::optional<T> get(std::string_view pointer) const& {
    static_assert(detail::is_field_type<T>,
                  "Object::get<T>: T is one of std::string_view, std::string, std::int64_t, double, bool");
    return read<T>(pointer);
  }
  /// The same for a temporary Object: std::string_view does not compile, since it would dangle.
  template <class T>
  [[nodiscard]] std::optional<T> get(std::string_view pointer) && {
    static_assert(detail::is_field_type<T>,
                  "Object::get<T>: T is one of std::string_view, std::string, std::int64_t, double, bool");
    static_assert(!std::is_same_v<T, std::string_view>,
                  "a view into a temporary Object would dangle: name the Object, or ask for std::string");
    return read<T>(pointer);
  }

  /// The value at a JSON pointer as an Object of its own; nullopt when absent. Shares the response; copies nothing.
  /// @throws as get()
  [[nodiscard]] std::optional<Object> at(std::string_view pointer) const;

  /// The elements of the array at a JSON pointer, such as `/status/conditions`; empty when there is no array.
  /// @throws as get()
  [[nodiscard]] Vector<Object> elements(std::string_view pointer) const;

  /// The JSON text, as sent.
  [[nodiscard]] std::string_view raw() const& noexcept { return {data_, size_}; }
  [[nodiscard]] std::string raw() && { return {data_, size_}; }

  /// The whole object as `nlohmann::json`; needs <kplane/json.hpp>.
  /// @throws DecodeError when the text is not JSON, or nested more than 1,000 deep.
  template <class Bridge = detail::include_kplane_json_hpp<Object>>
  [[nodiscard]] auto json() const {
    return Bridge::parse(*this);
  }

  /// For use by the library.
  Object(detail::ObjectKey /*key*/, const std::shared_ptr<const detail::Document>& document,
         std::string_view text) noexcept
      : document_(document), data_(text.data()), size_(text.size()) {}

 private:
  friend struct detail::ObjectAccess;

  template <class T>
  std::optional<T> read(std::string_view pointer) const;

  detail::Handle<const detail::Document> document_;
  const char* data_;
  std::size_t size_;
};

/// @cond
template <>
KPLANE_API std::optional<std::string_view> Object::read(std::string_view pointer) const;
template <>
KPLANE_API std::optional<std::string> Object::read(std::string_view pointer) const;
template <>
KPLANE_API std::optional<std::int64_t> Object::read(std::string_view pointer) const;
template <>
KPLANE_API std::optional<double> Object::read(std::string_view pointer) const;
template <>
KPLANE_API std::optional<bool> Object::read(std::string_view pointer) const;
/// @endcond

}  // namespace kplane
