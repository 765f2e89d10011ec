// Access to the internals of the public value types, which users cannot construct.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/object.hpp>
#include <kplane/request.hpp>
#include <kplane/snapshot.hpp>

#include "json/document.hpp"
#include "json/types_read.hpp"

namespace kplane::detail {

/// The data shared by the copies of a Response.
struct ResponseParts {
  int status;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const Document> document;
};

struct ObjectAccess {
  static Object make_object(const std::shared_ptr<const Document>& document, std::string_view text) noexcept {
    return {ObjectKey(), document, text};
  }
  /// Constructs the object in place.
  static void append_object(std::vector<Object>& objects, const std::shared_ptr<const Document>& document,
                            std::string_view text) {
    objects.emplace_back(ObjectKey(), document, text);
  }
  static const Document& document(const Object& object) noexcept { return *object.document_; }
  static const std::shared_ptr<const Document>& shared_document(const Object& object) noexcept {
    return object.document_;
  }
  static const Document& document(const Snapshot& snapshot) noexcept { return *snapshot.document_; }
  static void set_document(Snapshot& snapshot, std::shared_ptr<const Document> document) {
    snapshot.types_read_ = std::make_shared<TypesRead>();
    snapshot.document_ = std::move(document);
  }
  static Response make_response(int status, std::vector<std::pair<std::string, std::string>> headers,
                                std::shared_ptr<const Document> document) {
    return Response(
        std::make_shared<const ResponseParts>(ResponseParts{status, std::move(headers), std::move(document)}));
  }
};

}  // namespace kplane::detail
