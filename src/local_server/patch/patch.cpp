#include "local_server/patch/patch.hpp"

#include <string>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/json_patch.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxOperations = 10'000;

std::size_t count_nodes(const json& value) {
  std::size_t nodes = 1;
  if (!value.is_structured()) return nodes;
  for (const auto& child : value) nodes += count_nodes(child);
  return nodes;
}

void check_measure(const json& document) {
  if (exceeds_nesting(document)) throw StatusError(too_large("the patched object nests too deep"));
  if (count_nodes(document) > kMaxNodes) throw StatusError(too_large("the patched object is too large"));
}

[[noreturn]] void refuse_type(const json& value, const std::string& expected) {
  throw StatusError(bad_request(std::string("error decoding patch: json: cannot unmarshal ") + value.type_name() +
                                " into Go " + expected));
}

void check_operations(const json& patch) {
  if (!patch.is_array()) refuse_type(patch, "value of type []handlers.jsonPatchOp");
  for (const auto& operation : patch) {
    if (operation.is_null()) continue;
    if (!operation.is_object()) refuse_type(operation, "value of type handlers.jsonPatchOp");
    for (const char* name : {"op", "path", "from"}) {
      const auto found = operation.find(name);
      if (found == operation.end() || found->is_string() || found->is_null()) continue;
      refuse_type(*found, std::string("struct field jsonPatchOp.") + name + " of type string");
    }
  }
  if (patch.size() <= kMaxOperations) return;
  throw StatusError(
      too_large("Request entity too large: The allowed maximum operations in a JSON patch is 10000, got " +
                std::to_string(patch.size())));
}

json apply_json_patch(json document, const json& patch) {
  if (patch.is_null()) return document;
  check_operations(patch);
  std::size_t copied = 0;
  try {
    for (const auto& operation : patch) apply_json_patch_operation(document, operation, copied);
  } catch (const InapplicableOperation&) {
    throw StatusError(rejected_patch());
  }
  check_measure(document);
  return document;
}

json apply_merge_patch(json document, const json& patch) {
  if (patch.is_null()) throw StatusError(bad_request("Invalid JSON Patch"));
  if (!patch.is_object()) refuse_type(patch, "value of type map[string]interface {}");
  document.merge_patch(patch);
  check_measure(document);
  return document;
}

}  // namespace

json apply_patch(std::string_view media_type, json document, const json& patch) {
  if (media_type == kJsonPatchType) return apply_json_patch(std::move(document), patch);
  return apply_merge_patch(std::move(document), patch);
}

bool is_patch_type(std::string_view media_type) {
  return media_type == kMergePatchType || media_type == kJsonPatchType;
}

}  // namespace kplane::testing::server
