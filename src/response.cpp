// Response: what Plane::request() returns.
#include <kplane/request.hpp>

#include <utility>

#include "codec/document.hpp"
#include "codec/json_text.hpp"
#include "codec/object_access.hpp"
#include "http/message.hpp"

namespace kplane {

std::vector<std::pair<std::string, std::string>> Response::headers() && { return std::move(headers_); }

std::optional<std::string> Response::header(std::string_view name) const {
  const auto found = http::find_header(headers_, name);
  if (!found) return std::nullopt;
  return std::string(*found);
}

std::string_view Response::body() const& noexcept { return document_->text(); }

std::string Response::body() && { return std::string(document_->text()); }

Object Response::object() const { return detail::ObjectAccess::make_object(document_, codec::root(*document_).text); }

}  // namespace kplane
