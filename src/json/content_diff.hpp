// The JSON pointers at which two JSON values differ.
#pragma once

#include <string>
#include <vector>

#include "json/content_hash.hpp"

namespace kplane::json {

struct Content {
  const detail::Document& document;
  std::string_view text;
};

/// Pointers to the differences, ordered by field name: a field or element that only one side has, or a differing value.
/// Empty exactly when content_hash() is equal. An object with nothing but ignored fields equals an absent one.
/// @throws DecodeError
[[nodiscard]] std::vector<std::string> content_diff(const Content& before, const Content& after,
                                                    const IgnoredFields& ignored);

}  // namespace kplane::json
