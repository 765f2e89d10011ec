#include "json/json_dom.hpp"

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "json/json_text.hpp"

namespace kplane::json {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t deepest = 1'000;
constexpr std::size_t largest_kept_tree = std::size_t{4} << 20;

/// Newer versions of simdjson have a separate error for an integer beyond 64 bits.
template <class Error>
auto is_number_error(Error error, int /*preferred*/) -> decltype(error == Error::BIGINT_ERROR) {
  return error == Error::NUMBER_ERROR || error == Error::BIGINT_ERROR;
}
template <class Error>
bool is_number_error(Error error, long /*otherwise*/) {
  return error == Error::NUMBER_ERROR;
}

/// The text with integers beyond 64 bits rewritten as doubles.
std::string with_doubles(const Document& document, std::string_view text) {
  try {
    return parse_json(text).dump();
  } catch (const DecodeError&) {
    fail_at(document, text.data(), "not JSON, or with a number beyond the range of double");
  }
}

}  // namespace

dom::element JsonDom::parse(const Document& document, std::string_view text) {
  static_assert(memory::PaddedBuffer::padding >= simdjson::SIMDJSON_PADDING);
  if (parser_.capacity() > largest_kept_tree) parser_ = dom::parser();
  if (text.empty()) fail_at(document, text.data(), "not JSON: empty");
  const std::size_t room = parser_.capacity() < text.size() ? text.size() * 2 : parser_.capacity();
  if (room != parser_.capacity() && parser_.allocate(room, deepest) != simdjson::SUCCESS) throw std::bad_alloc();
  dom::element tree;
  simdjson::error_code error = parser_.parse(text.data(), text.size(), false).get(tree);
  if (is_number_error(error, 0)) {
    rewritten_ = with_doubles(document, text);
    error = parser_.parse(rewritten_).get(tree);
  }
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error != simdjson::SUCCESS) {
    fail_at(document, text.data(), std::string("not JSON: ") + simdjson::error_message(error));
  }
  return tree;
}

JsonDoms& json_doms() {
  thread_local JsonDoms doms;
  return doms;
}

}  // namespace kplane::json
