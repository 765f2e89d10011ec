// Accessors of a stored object.
#include "object.hpp"

#include "json_text.hpp"

namespace kplane::testing::server {

std::int64_t StoredObject::generation() const {
  const auto metadata = value_.find("metadata");
  if (metadata == value_.end()) return 0;
  const auto found = metadata->find("generation");
  return found != metadata->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

const std::string& StoredObject::item_text() const {
  std::call_once(item_text_made_, [this] {
    item_text_ = "{";
    for (const auto& [field, value] : value_.items()) {
      if (field == "apiVersion" || field == "kind") continue;
      if (item_text_.size() > 1) item_text_ += ',';
      item_text_ += to_text(nlohmann::json(field)) + ":" + to_text(value);
    }
    item_text_ += '}';
  });
  return item_text_;
}

std::string StoredObject::metadata_string(const char* field) const {
  const auto metadata = value_.find("metadata");
  return metadata == value_.end() ? std::string{} : string_member(*metadata, field);
}

}  // namespace kplane::testing::server
