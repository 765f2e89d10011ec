// The position of an ObjectList in its list, and the current page.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <kplane/resource_options.hpp>

#include "codec/object_list.hpp"
#include "resource/resource_path.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

class ListReader {
 public:
  /// Fetches the first page.
  ListReader(std::shared_ptr<const PlaneEndpoint> endpoint, ResourcePath path, ListOptions options);

  /// This page and all later ones are kept: together they must not be larger than an answer may be.
  void keep_all() noexcept;

  /// Fetches the next page if the current one is exhausted. @return false at the end of the list
  /// @throws MisroutedError when the current object is in another namespace
  [[nodiscard]] bool stands_on_object();
  /// Only when stands_on_object().
  [[nodiscard]] const Object& object() const noexcept { return page_.objects[next_]; }
  void step() noexcept { ++next_; }

  [[nodiscard]] const std::string& resource_version() const noexcept { return resource_version_; }

 private:
  void fetch();

  std::shared_ptr<const PlaneEndpoint> endpoint_;
  ResourcePath path_;
  ListOptions options_;
  ListCursor cursor_;
  codec::ObjectPage page_;
  std::size_t next_ = 0;
  std::size_t page_bytes_ = 0;
  std::string resource_version_;
};

}  // namespace kplane::detail
