// Making Documents and Objects from text, as a response would.
#pragma once

#include <memory>
#include <string_view>

#include <kplane/object.hpp>

#include "json/document.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::tests {

[[nodiscard]] inline std::shared_ptr<const detail::Document> make_document(std::string_view text) {
  return std::make_shared<const detail::Document>(memory::PaddedBuffer(text), "GET https://host/x");
}

[[nodiscard]] inline Object make_object(std::string_view text) {
  auto document = make_document(text);
  const std::string_view whole = document->text();
  return detail::ObjectAccess::make_object(std::move(document), whole);
}

}  // namespace kplane::tests
