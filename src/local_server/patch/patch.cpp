// Merge patch and JSON patch, with the failures mapped to Kubernetes' answers.
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

// Every operation is checked, because a few copies of a document into itself make it as large as memory.
void check_measure(const json& document) {
  if (exceeds_nesting(document)) throw StatusError(too_large("the patched object nests too deep"));
  if (count_nodes(document) > kMaxNodes) throw StatusError(too_large("the patched object is too large"));
}

void apply_operation(json& document, const json& operation) {
  try {
    apply_json_patch_operation(document, operation);
  } catch (const MalformedOperation& error) {
    throw StatusError(bad_request(std::string("invalid JSON patch: ") + error.what()));
  } catch (const InapplicableOperation&) {
    throw StatusError(rejected_patch());
  }
  if (string_member(operation, "op") == "copy") check_measure(document);
}

json apply_json_patch(json document, const json& patch) {
  if (!patch.is_array()) throw StatusError(bad_request("a JSON patch must be an array of operations"));
  if (patch.size() > kMaxOperations) {
    throw StatusError(
        too_large("The allowed maximum operations in a JSON patch is 10000, got " + std::to_string(patch.size())));
  }
  for (const auto& operation : patch) apply_operation(document, operation);
  check_measure(document);
  return document;
}

json apply_merge_patch(json document, const json& patch) {
  if (!patch.is_object()) throw StatusError(bad_request("a merge patch must be a JSON object"));
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
