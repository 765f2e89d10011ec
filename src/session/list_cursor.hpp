// ListCursor: where a list that comes in pages has got to.
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

  /// Objects a page where nobody says how many: what kubectl asks for.
  static constexpr std::string_view usual_limit = "500";

  /// @param url, query of the first page
  ListCursor(std::string url, Query query);

  /// Of the next page.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] bool at_begin() const noexcept { return continue_token_.empty() && !at_end_; }
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

  /// Moves on behind a page. @throws DecodeError when the list would never end
  void take_page(std::size_t objects, std::string continue_token);

 private:
  std::string url_;
  Query query_;
  std::string continue_token_;
  bool at_end_ = false;
};

}  // namespace kplane::detail
