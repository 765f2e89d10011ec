// Kubernetes objects read from YAML and JSON, and the outcome of each one on a plane.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/json_text.hpp>
#include <kplane/object.hpp>

namespace kplane {

namespace detail {
struct ManifestsAccess;
}  // namespace detail

/// One object of a set, as it will be sent.
struct Manifest {
  std::string api_version;  ///< such as `apps/v1`
  std::string kind;         ///< such as `Deployment`
  std::string ns;           ///< empty: none given
  std::string name;         ///< `metadata.name`
  std::string json;         ///< the whole object
  std::string origin;       ///< where it was read from, such as `pods.yaml, document 2`
  /// A subresource, such as `status`: only that is then applied, and there is nothing to remove. Empty: the object
  /// itself.
  std::string subresource{};
};

/// A malformed document: where, and why. The message quotes nothing but keys.
class KPLANE_API ManifestError : public detail::ErrorMixin<ManifestError, ConfigError> {
 public:
  /// @param line, column in the file, from 1; columns in bytes; 0 when unknown
  ManifestError(std::string file, std::size_t document, std::size_t line, std::size_t column, const std::string& why);

  /// The file, or the name that the text was given.
  [[nodiscard]] const std::string& file() const& noexcept { return *file_; }
  [[nodiscard]] std::string file() && { return *file_; }
  [[nodiscard]] std::size_t document() const noexcept { return document_; }  ///< from 1
  /// Line in the file, from 1; 0 when unknown.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  /// Column in bytes, from 1; 0 when unknown.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  detail::Handle<const std::string> file_;
  std::size_t document_;
  std::size_t line_;
  std::size_t column_;
};

/// A set of objects to apply together, in the order in which they were read.
///
/// Text is read as kubectl reads it: YAML documents separated by `---` lines, or consecutive JSON objects, in UTF-8, or
/// in UTF-16 with a byte order mark. Quoted scalars are strings, `yes` and `on` are booleans, integers of up to 64 bits
/// stay exact; the last value of a duplicate key wins. `List` objects are expanded; empty documents are skipped. The
/// limits are 32 MiB of text, two million values (in JSON: per object), and a nesting depth of 200; aliases must not
/// multiply.
///
/// Thread safety: as a value.
class KPLANE_API Manifests {
 public:
  Manifests() = default;

  /// @param name used in place of a file name in errors. @throws ManifestError; one malformed document rejects the
  /// whole text
  [[nodiscard]] static Manifests from_yaml(std::string_view text, std::string_view name = "text");
  /// YAML or JSON. @throws ConfigError when the file cannot be read; ManifestError
  [[nodiscard]] static Manifests from_file(const std::string& path);
  /// All `*.yaml`, `*.yml` and `*.json` files directly in the directory, sorted by name.
  /// @throws ConfigError when it cannot be read or has none; ManifestError
  [[nodiscard]] static Manifests from_directory(const std::string& path);

  /// How many objects there are.
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  /// Whether there are none.
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  /// An object, in the order of the set; `index` is less than size().
  [[nodiscard]] const Manifest& operator[](std::size_t index) const& noexcept { return all_[index]; }
  [[nodiscard]] Manifest operator[](std::size_t index) && { return std::move(all_[index]); }
  /// The first object.
  [[nodiscard]] std::vector<Manifest>::const_iterator begin() const& noexcept { return all_.begin(); }
  std::vector<Manifest>::const_iterator begin() const&& = delete;  ///< it would point into a temporary
  /// Past the last object.
  [[nodiscard]] std::vector<Manifest>::const_iterator end() const noexcept { return all_.end(); }

  /// Appends an object: text, an Object, or a `nlohmann::json`. A `List` is expanded.
  /// @throws ManifestError, whose file() is `object N`; nothing is then added
  Manifests& add(const JsonText& object) &;
  Manifests add(const JsonText& object) && { return std::move(add(object)); }

  /// Appends another set.
  Manifests& append(const Manifests& others) &;
  Manifests append(const Manifests& others) && { return std::move(append(others)); }

 private:
  friend struct detail::ManifestsAccess;
  std::vector<Manifest> all_;
};

/// What was done with an object of a set.
enum class ManifestOutcome {
  created,  ///< it did not exist
  updated,  ///< it existed; also when nothing had to change, and when this call created it but the answer was lost
  removed,  ///< it is gone
  absent,   ///< to be removed, but it did not exist
  failed,   ///< see the error
  lingers,  ///< marked for deletion, but something blocks it: see `detail`. Not a failure
};

/// The outcome of one object of a set.
struct ManifestResult {
  Manifest manifest;  ///< with the namespace it was sent to, and without `json`, which the set has
  ManifestOutcome outcome = ManifestOutcome::failed;  ///< what was done
  std::optional<Object> object{};                     ///< as stored, after apply
  std::shared_ptr<const Error> error{};               ///< why it failed
  std::string detail{};                               ///< what blocks the deletion of a lingering object, for people
};

}  // namespace kplane
