// The position in a paginated list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
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
  /// No list of a server has more: it would be the server that has no end.
  static constexpr int most_pages = 100'000;

  /// @param url, query of the first page
  ListCursor(std::string url, Query query);

  /// For a list whose pages are all kept: from now on they must not be larger together.
  void limit_bytes(std::uint64_t most) noexcept { bytes_left_ = most; }

  /// The URL of the next page.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] bool at_begin() const noexcept { return continue_token_.empty() && !at_end_; }
  [[nodiscard]] bool at_end() const noexcept { return at_end_; }

  /// Advances past a page.
  /// @param bytes of its answer
  /// @throws DecodeError when the list makes no progress or has no end, TransportError when it is too large
  void take_page(std::size_t objects, std::string continue_token, std::size_t bytes);

 private:
  std::string url_;
  Query query_;
  std::string continue_token_;
  std::uint64_t bytes_left_ = std::numeric_limits<std::uint64_t>::max();
  int pages_ = 0;
  bool at_end_ = false;
};

}  // namespace kplane::detail
