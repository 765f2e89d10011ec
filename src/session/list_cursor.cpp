// Follows `continue` tokens (contract §7).
#include "session/list_cursor.hpp"

#include <kplane/error.hpp>

#include "http/url.hpp"

namespace kplane::detail {

ListCursor::ListCursor(std::string url, Query query) : url_(std::move(url)), query_(std::move(query)) {}

std::string ListCursor::url() const {
  Query query = query_;
  if (!continue_token_.empty()) query.emplace_back("continue", continue_token_);
  return url_ + http::query_string(query);
}

void ListCursor::take_page(std::size_t objects, std::string continue_token, std::size_t bytes) {
  if (bytes > bytes_left_) {
    throw TransportError("GET " + url_ + ": the pages of the list together exceed max_response_bytes", false);
  }
  bytes_left_ -= bytes;
  if (++pages_ == most_pages && !continue_token.empty()) {
    throw DecodeError("GET " + url_ + ": the list goes on after " + std::to_string(most_pages) + " pages", 0);
  }
  if (!continue_token.empty() && (objects == 0 || continue_token == continue_token_)) {
    throw DecodeError(
        "GET " + url_ +
            ": pagination made no progress: the server returned an empty page, or the continue token that it "
            "was given",
        0);
  }
  continue_token_ = std::move(continue_token);
  at_end_ = continue_token_.empty();
}

}  // namespace kplane::detail
