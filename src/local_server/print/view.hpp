// The form of objects in an answer, by the request's Accept header: whole, as a Table, or only metadata.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "local_server/base/answer.hpp"
#include "local_server/base/resource_types.hpp"
#include "local_server/print/printer.hpp"

namespace kplane::testing::server {

struct View {
  enum class Form { whole, table, metadata, metadata_list };
  enum class Row { metadata, whole, none };

  Form form = Form::whole;
  Row row = Row::metadata;             ///< what a Table shows of an object beside its cells
  std::string version = "v1";          ///< of meta.k8s.io: `v1` or `v1beta1`
  std::string media_type = kJsonType;  ///< of the answer
};

/// The first form of `accept` that can be served; an empty one takes anything. Answers are JSON, which is YAML too.
/// @param include_object the query parameter, or empty
/// @throws StatusError 406, or 400 for another `include_object`
[[nodiscard]] View negotiate_view(std::string_view accept, const std::string& include_object);

/// An answer of whole objects in another form. Failures, and what is no object, stay as they are. @throws StatusError
/// 406
[[nodiscard]] Answer shown(const View& view, const ResourceType& type, Answer answer);

/// The objects of a watch. Used by one thread.
class EventView {
 public:
  EventView(View view, const ResourceType& type);
  /// @param object the text of the whole
  [[nodiscard]] std::string text(std::string object);

 private:
  const View view_;
  const std::shared_ptr<const Printer> printer_;
  const std::string api_version_, kind_;
  bool has_headers_ = true;  // the first Table alone
};

}  // namespace kplane::testing::server
