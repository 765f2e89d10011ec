// Fuzz target: whether two objects, which stand on two lines, are the same; held against nlohmann::json.
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "json/content_diff.hpp"
#include "json/content_hash.hpp"
#include "json/json_pointer.hpp"
#include "target.hpp"

namespace kplane::fuzz::compare_target {
namespace {

using Tree = nlohmann::json;

/// Some numbers are left out: nlohmann::json compares those with fractions with integers, -0.0 with 0.0, and a negative
/// integer with one beyond INT64_MAX as if both were signed.
bool has_odd_number(const Tree& tree) {
  if (tree.is_number_float()) return true;
  if (tree.is_number_unsigned()) return tree.get<std::uint64_t>() > INT64_MAX;
  if (!tree.is_structured()) return false;
  for (const Tree& item : tree) {
    if (has_odd_number(item)) return true;
  }
  return false;
}

void check(std::string_view first, std::string_view second) {
  const auto before = body_of(first);
  const auto after = body_of(second);
  kplane::json::IgnoredFields none;
  none.finish();
  const auto pointers = kplane::json::content_diff({*before, before->text()}, {*after, after->text()}, none);
  const bool same = kplane::json::content_hash(*before, before->text(), none) ==
                    kplane::json::content_hash(*after, after->text(), none);
  require(same == pointers.empty(), "the hash and the differences agree");
  for (const std::string& pointer : pointers) static_cast<void>(kplane::json::JsonPointer(pointer));
  const Tree one = Tree::parse(first, nullptr, false);
  const Tree other = Tree::parse(second, nullptr, false);
  require(!one.is_discarded() && !other.is_discarded(), "what is compared is JSON");
  if (has_odd_number(one) || has_odd_number(other)) return;
  require(same == (one == other), "the same trees are the same");
}

void run(std::string_view input) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return;
  try {
    check(input.substr(0, end), input.substr(end + 1));
  } catch (const DecodeError& error) {
    require(error.byte_offset() <= input.size(), "the offset lies within the text");
  }
}

const Registration registration("compare", run);

}  // namespace
}  // namespace kplane::fuzz::compare_target
