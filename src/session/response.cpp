#include <kplane/request.hpp>

#include "http/message.hpp"
#include "json/document.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane {

int Response::status() const noexcept { return parts_->status; }

const std::vector<std::pair<std::string, std::string>>& Response::headers() const& noexcept { return parts_->headers; }

std::vector<std::pair<std::string, std::string>> Response::headers() && { return parts_->headers; }

std::optional<std::string> Response::header(std::string_view name) const {
  const auto found = http::find_header(parts_->headers, name);
  if (!found) return std::nullopt;
  return std::string(*found);
}

std::string_view Response::body() const& noexcept { return parts_->document->text(); }

std::string Response::body() && { return std::string(parts_->document->text()); }

Object Response::object() const {
  return detail::ObjectAccess::make_object(parts_->document, kplane::json::root(*parts_->document).text);
}

}  // namespace kplane
