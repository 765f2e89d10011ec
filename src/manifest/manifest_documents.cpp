// Errors give the position and the key, never a value, which may be secret.
#include "manifest/manifest_documents.hpp"

#include <cstddef>
#include <utility>

#include "yaml/yaml.hpp"

namespace kplane::detail {

namespace {

using yaml::NodeType;
using yaml::TreeEntry;
using yaml::TreeNode;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The type of the items of a typed list, if they do not state it themselves; a server's do not.
struct ItemType {
  std::string api_version;
  std::string kind;
};

class DocumentReader {
 public:
  DocumentReader(const std::string& file, std::vector<Manifest>& found) : file_(file), found_(found) {}

  void read(std::size_t document, const TreeNode& root) {
    document_ = document;
    item_ = 0;
    read_value(root, {});
  }

 private:
  [[noreturn]] void fail(const TreeNode& at, const std::string& why) const {
    throw ManifestError(file_, document_, at.position.line + 1, at.position.column + 1, why);
  }

  void read_value(const TreeNode& value, const ItemType& type) {
    if (value.type != NodeType::map) fail(value, "not an object");
    if (is_list(value)) return read_list(value);
    read_object(value, type);
  }

  static bool is_list(const TreeNode& object) {
    const TreeNode* const kind = object.find("kind");
    if (kind == nullptr || kind->type != NodeType::text || !ends_with(kind->text, "List")) return false;
    const TreeNode* const items = object.find("items");
    return kind->text == "List" || (items != nullptr && items->type == NodeType::sequence);
  }

  void read_list(const TreeNode& list) {
    const TreeNode* const items = list.find("items");
    if (items == nullptr || items->type == NodeType::null) return;
    if (items->type != NodeType::sequence) fail(*items, "items is not a list");
    const std::string kind = required(list, "kind");
    const ItemType type{required(list, "apiVersion"), kind.substr(0, kind.size() - std::string_view("List").size())};
    for (const TreeEntry& item : items->children) {
      ++item_;
      read_value(*item.value, type);
    }
  }

  void read_object(const TreeNode& object, const ItemType& type) {
    const bool is_typed_by_list =
        !type.kind.empty() && object.find("kind") == nullptr && object.find("apiVersion") == nullptr;
    Manifest manifest;
    manifest.api_version = is_typed_by_list ? type.api_version : required(object, "apiVersion");
    manifest.kind = is_typed_by_list ? type.kind : required(object, "kind");
    read_object_header(object, manifest);
    manifest.json = is_typed_by_list ? typed_json(object, type) : yaml::to_json(object);
    manifest.origin = origin();
    found_.push_back(std::move(manifest));
  }

  void read_object_header(const TreeNode& object, Manifest& manifest) const {
    const TreeNode* const metadata = object.find("metadata");
    if (metadata == nullptr) fail(object, "metadata is missing");
    if (metadata->type != NodeType::map) fail(*metadata, "metadata is not an object");
    if (metadata->find("name") == nullptr && metadata->find("generateName") != nullptr) {
      fail(*metadata, "metadata.name is missing: apply needs a name; generateName works with create only");
    }
    manifest.name = required(*metadata, "name", "metadata.");
    const TreeNode* const ns = metadata->find("namespace");
    if (ns != nullptr && ns->type != NodeType::null) manifest.ns = text_of(*ns, "metadata.namespace");
  }

  [[nodiscard]] std::string required(const TreeNode& object, const std::string& key,
                                     const std::string& parent = {}) const {
    const TreeNode* const value = object.find(key);
    if (value == nullptr || value->type == NodeType::null) fail(object, parent + key + " is missing");
    const std::string& text = text_of(*value, parent + key);
    if (text.empty()) fail(*value, parent + key + " is empty");
    return text;
  }

  [[nodiscard]] const std::string& text_of(const TreeNode& value, const std::string& key) const {
    if (value.type == NodeType::text) return value.text;
    const bool is_collection = value.type == NodeType::sequence || value.type == NodeType::map;
    fail(value, key + (is_collection ? " is not a string" : " is not a string: put it in quotes"));
  }

  [[nodiscard]] static std::string typed_json(const TreeNode& object, const ItemType& type) {
    TreeNode typed = object;
    const auto text = [](const std::string& value) {
      TreeNode node;
      node.type = NodeType::text;
      node.text = value;
      return std::make_shared<const TreeNode>(std::move(node));
    };
    const std::vector<TreeEntry> added{{"apiVersion", text(type.api_version)}, {"kind", text(type.kind)}};
    typed.children.insert(typed.children.begin(), added.begin(), added.end());
    return yaml::to_json(typed);
  }

  [[nodiscard]] std::string origin() const {
    std::string text = file_ + ", document " + std::to_string(document_);
    if (item_ != 0) text += ", item " + std::to_string(item_);
    return text;
  }

  const std::string& file_;
  std::vector<Manifest>& found_;
  std::size_t document_ = 0;
  std::size_t item_ = 0;  // counted over all lists in the document, from 1; 0: not in a list
};

}  // namespace

std::vector<Manifest> read_manifests(std::string_view text, const std::string& file) {
  std::vector<Manifest> found;
  DocumentReader reader(file, found);
  try {
    yaml::read_documents(text, [&](std::size_t number, const TreeNode& root) { reader.read(number, root); });
  } catch (const yaml::DocumentError& error) {
    throw ManifestError(file, error.document(), error.position().line + 1, error.position().column + 1, error.what());
  }
  return found;
}

}  // namespace kplane::detail
