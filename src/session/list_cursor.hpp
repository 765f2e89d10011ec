// The position in a paginated list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kplane::detail {

class ListCursor {
 public:
  using Query = std::vector<std::pair<std::string, std::string>>;

  /// The default page size, which is kubectl's.
  static constexpr std::string_view usual_limit = "500";

  /// @param url, query of the first page
  ListCursor(std::string url, Query query);

  /// The URL of the next page.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] bool at_begin() const noexcept { return continue_token_.empty() && !at_end_; }
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

  /// Advances past a page. @throws DecodeError when the list makes no progress
  void take_page(std::size_t objects, std::string continue_token);

 private:
  std::string url_;
  Query query_;
  std::string continue_token_;
  bool at_end_ = false;
};

}  // namespace kplane::detail
