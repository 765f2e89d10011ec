// Discovery's answer for one group-version: the types that a plane serves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json/document.hpp"

namespace kplane::codec {

/// One type of object.
struct ApiResource {
  std::string kind;
  std::string plural;
  bool namespaced = false;
};

[[nodiscard]] bool operator==(const ApiResource& a, const ApiResource& b) noexcept;

/// Decodes an APIResourceList, without subresources. @throws DecodeError
[[nodiscard]] std::vector<ApiResource> decode_api_resources(const std::shared_ptr<const detail::Document>& body);

}  // namespace kplane::codec
