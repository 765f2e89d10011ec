// Response bodies that are one object, or a page of a list of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kplane/object.hpp>

#include "json/document.hpp"

namespace kplane::codec {

/// A body that is one object. @throws DecodeError
[[nodiscard]] Object decode_object(const std::shared_ptr<const detail::Document>& body);

/// One page of a list.
struct ObjectPage {
  std::vector<Object> objects;   ///< as sent: usually without apiVersion and kind
  std::string continue_token;    ///< empty on the last page
  std::string resource_version;  ///< of the collection
};

/// A body that is a Kubernetes list. The objects share it. @throws DecodeError
[[nodiscard]] ObjectPage decode_object_list(const std::shared_ptr<const detail::Document>& body);

}  // namespace kplane::codec
