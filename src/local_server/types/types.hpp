// The fields of the built-in types, from tables/types.json and tables/presence.json: their types, how lists and maps
// merge, and which are written even when empty.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

struct Type;

/// What a value is.
struct Shape {
  enum class Kind {
    any,  ///< nothing is known about it: a raw object, or JSON
    string,
    int32,
    int64,
    number,
    boolean,
    bytes,  ///< base64
    quantity,
    time,
    micro_time,
    int_or_string,
    object,
    list,
    map  ///< with any keys
  };
  Kind kind = Kind::any;
  const Type* type = nullptr;           ///< of an object
  std::unique_ptr<const Shape> item{};  ///< of a list or a map
};

enum class ListType { atomic, set, map };

struct Field {
  std::string name{};
  Shape shape{};
  bool required = false;
  bool atomic = false;               ///< a map or an object that one field manager owns as a whole
  bool atomic_items = false;         ///< the same of each item of a list or a map
  ListType list = ListType::atomic;  ///< for server-side apply
  std::vector<std::string> keys{};   ///< what names an item of a `map` list
  std::string merge_key{};           ///< for strategic merge patches; empty: the list is replaced, or `merge`
  bool merge = false;                ///< a strategic merge patch adds to this list of scalars
  bool retain_keys = false;          ///< a strategic merge patch may name the fields to keep
  std::optional<nlohmann::json> default_value{};  ///< {} marks a structure that is written even when it is empty
  std::vector<std::string> values{};              ///< all there are, of the field or of the list's items; empty: any
  bool always = false;                            ///< written even when it is empty
  bool pointer = false;                           ///< of Go: an empty value differs from none
  std::string go_type{};                          ///< such as `v1.PullPolicy`; empty: that of its shape
};

struct Type {
  std::string name{};  ///< such as `core.v1.Container`
  std::map<std::string, Field, std::less<>> fields{};
  std::vector<const Field*> always{};  ///< the fields that are always written

  [[nodiscard]] const Field* find(std::string_view field) const {
    const auto found = fields.find(field);
    return found == fields.end() ? nullptr : &found->second;
  }
};

/// @return nullptr when there is no such type. The result lives as long as the process.
[[nodiscard]] const Type* find_type(std::string_view name);
[[nodiscard]] const Type* find_type(const std::string& group, const std::string& version, const std::string& kind);

/// The Kubernetes version whose types these are, such as `v1.34.2`.
[[nodiscard]] const std::string& types_version();

}  // namespace kplane::testing::server
