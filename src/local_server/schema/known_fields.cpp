#include "local_server/schema/known_fields.hpp"

#include <iterator>
#include <utility>

#include "local_server/schema/types.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class UnknownFields {
 public:
  void drop_from(json& object, const Type& type, const std::string& path) {
    for (auto member = object.begin(); member != object.end();) {
      const Field* field = type.find(member.key());
      std::string where = path.empty() ? member.key() : path + "." + member.key();
      if (field == nullptr) {
        paths_.push_back(std::move(where));
        member = object.erase(member);
      } else {
        drop_below(*member, field->shape, where);
        ++member;
      }
    }
  }

  [[nodiscard]] std::vector<std::string> take_paths() { return std::move(paths_); }

 private:
  void drop_below(json& value, const Shape& shape, const std::string& path) {
    if (shape.kind == Shape::Kind::object && value.is_object()) drop_from(value, *shape.type, path);
    if (shape.kind == Shape::Kind::list && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        drop_below(value[i], *shape.item, path + "[" + std::to_string(i) + "]");
      }
    }
    if (shape.kind == Shape::Kind::map && value.is_object()) {
      for (auto& [key, item] : value.items()) drop_below(item, *shape.item, path + "." + key);
    }
  }

  std::vector<std::string> paths_;
};

}  // namespace

std::vector<std::string> drop_unknown_fields(const ResourceType& type, json& object) {
  const Type* known = type.custom ? nullptr : find_type(type.group, type.version, type.kind);
  if (known == nullptr || !object.is_object()) return {};
  UnknownFields unknown;
  unknown.drop_from(object, *known, "");
  return unknown.take_paths();
}

}  // namespace kplane::testing::server
