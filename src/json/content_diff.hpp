// Where two JSON values differ.
#pragma once

#include <string>
#include <vector>

#include "json/content_hash.hpp"

namespace kplane::json {

struct Content {
  const detail::Document& document;
  std::string_view text;
};

/// The JSON pointers of what differs, in order of the fields' names: a field that only one of them has, an element that
/// only one of them has, or a value that is another one. Nothing where content_hash() is the same. An object of which
/// nothing is left but for ignored fields is the same as none.
/// @throws DecodeError
[[nodiscard]] std::vector<std::string> content_diff(const Content& before, const Content& after,
                                                    const IgnoredFields& ignored);

}  // namespace kplane::json
