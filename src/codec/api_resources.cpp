// Entries without a name or a kind are ignored: they cannot be requested.
#include "codec/api_resources.hpp"

#include <tuple>

#include "json/json_text.hpp"

namespace kplane::codec {

using detail::Document;

namespace {

void read_field(const Document& document, const json::Field& field, ApiResource& resource) {
  if (field.key == "name") {
    resource.plural = json::as_string(document, field.value).value_or(std::string_view());
  } else if (field.key == "kind") {
    resource.kind = json::as_string(document, field.value).value_or(std::string_view());
  } else if (field.key == "namespaced") {
    resource.namespaced = json::as_bool(document, field.value).value_or(false);
  }
}

std::vector<ApiResource> read_resources(const Document& document, const json::Value& list) {
  std::vector<ApiResource> all;
  if (list.kind == json::Kind::null) return all;
  json::walk_rows(
      document, list, [&] { all.emplace_back(); },
      [&](const json::Field& field) { read_field(document, field, all.back()); });
  std::vector<ApiResource> types;
  for (ApiResource& resource : all) {
    const bool is_subresource = resource.plural.find('/') != std::string::npos;
    if (!is_subresource && !resource.plural.empty() && !resource.kind.empty()) types.push_back(std::move(resource));
  }
  return types;
}

}  // namespace

bool operator==(const ApiResource& a, const ApiResource& b) noexcept {
  return std::tie(a.kind, a.plural, a.namespaced) == std::tie(b.kind, b.plural, b.namespaced);
}

std::vector<ApiResource> decode_api_resources(const std::shared_ptr<const Document>& body) {
  for (const json::Field& field : json::fields(*body, json::root(*body))) {
    if (field.key == "resources") return read_resources(*body, field.value);
  }
  json::fail_at(*body, body->text().data(), "not an APIResourceList: it has no resources");
}

}  // namespace kplane::codec
