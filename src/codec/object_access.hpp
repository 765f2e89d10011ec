// The codec's way into the public value types, which users can only receive.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <kplane/object.hpp>
#include <kplane/request.hpp>
#include <kplane/snapshot.hpp>

#include "codec/document.hpp"

namespace kplane::detail {

struct ObjectAccess {
  static Object make_object(std::shared_ptr<const Document> document, std::string_view text) noexcept {
    return {std::move(document), text};
  }
  static const Document& document(const Object& object) noexcept { return *object.document_; }
  static const std::shared_ptr<const Document>& shared_document(const Object& object) noexcept {
    return object.document_;
  }
  static void set_document(Snapshot& snapshot, std::shared_ptr<const Document> document) noexcept {
    snapshot.document_ = std::move(document);
  }
  static Response make_response(int status, std::vector<std::pair<std::string, std::string>> headers,
                                std::shared_ptr<const Document> document) {
    Response response;
    response.status_ = status;
    response.headers_ = std::move(headers);
    response.document_ = std::move(document);
    return response;
  }
};

}  // namespace kplane::detail
